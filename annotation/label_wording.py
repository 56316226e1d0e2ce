"""Every word the labelling page says by script, with the keys that go with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop, pgettext

from annotation.models import SkipReason
from annotation.selectors.label_sets import questions_asked
from annotation.wording import kind_words
from privacy.redaction.spans import TYPES
from reviews.redaction_wording import type_choices
from taxonomy.mentions import FLAGS, SCOPES

_DEMAND = "product_demand"
_KEYS = ("123456", "qwertu")  # of the first and the second question that is chosen
_KIND_KEYS = dict(
    zip(("praise", "issue", "add", "improve", "remove", "keep"), "piasdk", strict=True)
)
_FLAG_KEYS = dict(zip(FLAGS, "miutlprwaso", strict=True))

SCOPE_WORDS: dict[str, str] = {
    "product": gettext_noop("product"),
    "delivery": gettext_noop("delivery"),
    "service": gettext_noop("service"),
    "price": gettext_noop("price"),
    "platform": gettext_noop("platform"),
    "other": gettext_noop("other"),
}
FLAG_WORDS: dict[str, str] = {
    "mixed": gettext_noop("good and bad together"),
    "irony": gettext_noop("irony"),
    "unsure": gettext_noop("unsure"),
    "factual": gettext_noop("facts only"),
    "low_information": gettext_noop("low information"),
    "incentivised": gettext_noop("paid praise"),
    "recommends": gettext_noop("recommends to others"),
    "warns": gettext_noop("warns others"),
    "advice_to_buyers": gettext_noop("advice to buyers"),
    "resolved": gettext_noop("already met"),
    "personal_data": gettext_noop("personal data left"),
}
WORDS: dict[str, str] = {
    "suggested": gettext_noop("suggested, %(percent)s"),
    "suggested_all": gettext_noop("Suggested by %(model)s. Enter accepts what is filled in."),
    "demand_is": gettext_noop("%(question)s:"),
    "demand_from": gettext_noop("(follows from the mentions)"),
    "choose": gettext_noop("Choose first: %(question)s"),
    "select_first": gettext_noop(
        "Select the words first: with the mouse, or with the arrow keys and Shift."
    ),
    "marked": gettext_noop("%(kind)s: %(words)s"),
    "marked_already": gettext_noop("These words are marked so already."),
    "removed": gettext_noop("No longer marked: %(words)s"),
    "selected": gettext_noop("Selected: %(words)s"),
    "end_of_text": gettext_noop("end of the text"),
    "saved": gettext_noop("Saved."),
    "kept": gettext_noop("Kept on this computer."),
    "skipped": gettext_noop("Skipped: %(reason)s."),
    "next": gettext_noop("Next review."),
    "back_at": gettext_noop(
        "Your answer of before, %(n)s back. Enter saves it again, Esc leaves it as it was."
    ),
    "nothing_back": gettext_noop("There is nothing further back."),
    "waiting_one": gettext_noop(
        "1 answer waits for the network. It is kept on this computer and sent by itself."
    ),
    "waiting_many": gettext_noop(
        "%(n)s answers wait for the network. They are kept on this computer and sent by themselves."
    ),
    "waiting_loose": gettext_noop(
        "This browser cannot keep them over a reload. Leave the page open until they are sent."
    ),
    "all_sent": gettext_noop("All answers are sent."),
    "refused_taken": gettext_noop(
        "One answer came late: others had labelled that review meanwhile. Thank you all the same; "
        "there is nothing left to do."
    ),
    "refused_bad": gettext_noop(
        "One answer was not accepted (%(field)s). It is kept here; look at it again."
    ),
    "refused_changed": gettext_noop(
        "The text of one review was changed after you saw it, as something in it was personal "
        "data. Please look again."
    ),
    "refused_gone": gettext_noop(
        "One review was taken back and is no longer labelled. Your answer to it was put away."
    ),
    "refused_later": gettext_noop(
        "You answered one review elsewhere, later than here. That answer counts; the one from here "
        "was put away."
    ),
    "refused_unreadable": gettext_noop(
        "One answer that was kept here can no longer be read, as the key of this site was changed. "
        "Its review comes to you again, unless others have labelled it."
    ),
    "guideline_title": gettext_noop("Guideline, version %(version)s"),
    "guideline_new": gettext_noop(
        "The guideline has a new version, %(version)s, which holds from now on. New or changed: "
        "%(titles)s. What you have answered stays as it is."
    ),
    "guideline_newer": gettext_noop(
        "The guideline has a new version, %(version)s, which holds from now on. What you have "
        "answered stays as it is."
    ),
    "guideline_read": gettext_noop("Read it"),
    "choices_new": gettext_noop(
        "The answers to choose from were changed. Load the page again to see them; what you have "
        "given and begun is kept."
    ),
    "load_again": gettext_noop("Load it again"),
    "elsewhere": gettext_noop(
        "That review was answered in another tab, or is in other hands by now. Here is the next."
    ),
    "composed": gettext_noop("The input method takes the keys: switch it to English."),
    "look_again": gettext_noop("Look at it"),
    "understood": gettext_noop("Understood"),
    "signed_out": gettext_noop(
        "You are signed out. Your answers are kept on this computer and sent once you are back."
    ),
    "sign_in": gettext_noop("Sign in again"),
    "no_network": gettext_noop(
        "No network, and no more reviews at hand. The page goes on by itself."
    ),
    "loading": gettext_noop("The next review is on its way."),
    "trouble": gettext_noop(
        "The server does not answer as it should. Your answers are kept; the page tries again."
    ),
    "done_title": gettext_noop("Nothing is left for you here"),
    "done_text": gettext_noop(
        "Thank you: %(n)s today. What others still hold may come back; look in again later."
    ),
    "test_done_title": gettext_noop("The test is over"),
    "test_done_text": gettext_noop(
        "Thank you. See how it went, and where the rules say otherwise."
    ),
    "today": gettext_noop("%(n)s by you today"),
    "kind_10": gettext_noop("%(n)s today. Steady hands."),
    "kind_50": gettext_noop(
        "%(n)s today, that is a lot of close reading. A short pause does not hurt."
    ),
    "kind_half": gettext_noop("Half of the batch is done."),
    "comment": gettext_noop("Comment"),
    "reported": gettext_noop("Replaced. Thank you: the privacy officer looks at it."),
    "report_sending": gettext_noop("One moment: the words are being replaced."),
    "report_kept": gettext_noop(
        "Covered here. The words are replaced for everybody as soon as the network is back."
    ),
    "report_waits": gettext_noop(
        "What you reported as personal data waits for the network. It is replaced by itself."
    ),
    "report_gone": gettext_noop("This review was taken back; there is nothing left to replace."),
    "covered": gettext_noop("personal data, covered"),
    "report_changed": gettext_noop("The text has changed meanwhile; here it is as it stands now."),
    "report_bad": gettext_noop("These words cannot be replaced: they are a placeholder already."),
    "no_clause": gettext_noop("Choose an answer, or go to one with Tab, to see its rule here."),
    "found": gettext_noop("%(n)s rules"),
    "found_none": gettext_noop("No rule has these words."),
    "also": gettext_noop("in the other language"),
    "placeholder": gettext_noop("replaced: personal data"),
}


def words() -> dict[str, str]:
    return {key: gettext(text) for key, text in WORDS.items()}


def _short_kinds() -> dict[str, str]:
    """As short as they fit on the buttons; elsewhere the words of `wording` are used."""
    return {
        "praise": kind_words("praise"),
        "issue": kind_words("issue"),
        "add": pgettext("a wish", "add"),
        "improve": pgettext("a wish", "improve"),
        "remove": pgettext("a wish", "remove"),
        "keep": pgettext("a wish", "keep"),
    }


def questions_words(asked: Sequence[str]) -> dict[str, Any]:
    """Questions, kinds, scopes, flags, reasons and types in words, each with its key.

    `sets`: the version of each question's choices, to be sent along with answers.
    """
    chinese = (get_language() or "").startswith("zh")
    now = questions_asked()
    chosen = [one for one in now if (not asked or one.key in asked) and one.key != _DEMAND]
    demand = next(one for one in now if one.key == _DEMAND)

    def named(one: Any) -> str:
        return one.name_zh if chinese else one.name_en

    return {
        "questions": [
            {
                "key": question.key,
                "name": named(question),
                "choices": [
                    {
                        "key": choice.key,
                        "name": named(choice),
                        "polarity": choice.polarity,
                        "press": press,
                    }
                    for choice, press in zip(question.choices, keys, strict=False)
                ],
            }
            for question, keys in zip(chosen, _KEYS, strict=False)
        ],
        "sets": {question.key: question.version for question in chosen},
        "demand": {choice.key: named(choice) for choice in demand.choices},
        "demand_name": named(demand),
        "kinds": [
            {
                "key": kind,
                "name": kind_words(kind),
                "short": short,
                "press": _KIND_KEYS[kind],
            }
            for kind, short in _short_kinds().items()
        ],
        "scopes": _keyed(SCOPES, SCOPE_WORDS, "123456"),
        "flags": _keyed(FLAGS, FLAG_WORDS, "".join(_FLAG_KEYS.values())),
        "reasons": [
            {"key": key, "name": str(name), "press": str(n)}
            for n, (key, name) in enumerate(SkipReason.choices, start=1)
        ],
        "types": [{"key": key, "name": name} for key, name in type_choices(TYPES)],
    }


def _keyed(keys: Sequence[str], names: dict[str, str], presses: str) -> list[dict[str, str]]:
    return [
        {"key": key, "name": gettext(names[key]), "press": press}
        for key, press in zip(keys, presses, strict=True)
    ]
