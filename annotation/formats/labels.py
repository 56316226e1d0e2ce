"""What the labels of a file mean: our own keys and names, and what the importer says of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from annotation.formats.record import Unmapped
from taxonomy.mentions import DEMAND_KINDS, FLAGS, KINDS, SCOPES

FLAG = "flag"
MENTION = "mention"
IGNORE = "ignore"

# What a label can mean: (question, choice), (FLAG, key), (MENTION, "kind/scope") or (IGNORE, "").
Meaning = tuple[str, str]


@dataclass(frozen=True, slots=True)
class AskedChoice:
    key: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is asked now. `before`: what choices of older sets were called, keys and
    names, with the key of now; None for one that people have to answer anew."""

    key: str
    version: int
    choices: tuple[AskedChoice, ...]
    before: Mapping[str, str | None] = field(default_factory=dict)


class BadMeaning(ValueError):
    """What the importer says a label means cannot be; the message says what to write."""


def meanings_of(pairs: Iterable[str], questions: Iterable[AskedQuestion]) -> dict[str, Meaning]:
    """Of `LABEL=MEANING`: `QUESTION:CHOICE`, `KIND`, `KIND/SCOPE`, `flag:KEY` or `ignore`.

    Raises BadMeaning.
    """
    by_key = {one.key: {choice.key for choice in one.choices} for one in questions}
    found: dict[str, Meaning] = {}
    for pair in pairs:
        label, equals, meaning = (piece.strip() for piece in pair.rpartition("="))
        if not (label and equals and meaning):
            raise BadMeaning(f"{pair!r} is not LABEL=MEANING")
        found[_form(label)] = _meaning(meaning, by_key)
    return found


def _meaning(meaning: str, by_key: Mapping[str, set[str]]) -> Meaning:
    what, _, value = meaning.partition(":")
    if meaning == IGNORE:
        return IGNORE, ""
    if what == FLAG and value in FLAGS:
        return FLAG, value
    if value in by_key.get(what, ()):
        return what, value
    kind, _, scope = meaning.partition("/")
    if kind in KINDS and (scope or "product") in SCOPES:
        return MENTION, meaning
    raise BadMeaning(
        f"{meaning!r} is no meaning: write QUESTION:CHOICE, such as sentiment:positive; a kind of "
        "mention, such as add or issue/delivery; flag:irony; or ignore"
    )


class Labels:
    """The vocabulary of one import. `given`: what the importer said, by label."""

    def __init__(
        self, questions: Iterable[AskedQuestion], given: Mapping[str, Meaning] | None = None
    ) -> None:
        self._questions = {one.key: one for one in questions}
        self._given = dict(given or {})
        self._choices: dict[str, dict[str, str | None]] = {}
        for question in self._questions.values():
            forms = self._choices[question.key] = {
                _form(name): key for name, key in question.before.items()
            }
            for choice in question.choices:
                forms |= {_form(name): choice.key for name in (choice.key, *choice.names)}

    def is_question(self, key: str) -> bool:
        return key in self._questions

    def version(self, question: str) -> int:
        return self._questions[question].version

    def choice(self, question: str, label: str) -> str | None:
        """The choice that answers `question`; None for what is to be ignored. Raises Unmapped."""
        if question not in self._questions:
            raise Unmapped("unknown_question", question)
        given = self._given.get(_form(label))
        if given is not None and given[0] in (question, IGNORE):
            return given[1] or None
        if _form(label) not in self._choices[question]:
            raise Unmapped("unknown_label", label)
        return self._as_called_now(question, label)

    def _as_called_now(self, question: str, label: str) -> str:
        found = self._choices[question][_form(label)]
        if found is None:
            raise Unmapped("other_version", label)
        return found

    def said(self, control: str, label: str) -> Meaning | None:
        """What the importer said that `label` of `control` means, as `CONTROL=LABEL` or alone."""
        given = self._given.get(_form(f"{control}={label}"), self._given.get(_form(label)))
        return None if given is None or given[0] == MENTION else given

    def foreign(self, control: str, label: str) -> Meaning | None:
        """What `label` of a control that is none of our questions was said to mean, as
        `CONTROL=LABEL` or alone; None for what is to be ignored. Raises Unmapped."""
        given = self._given.get(_form(f"{control}={label}"), self._given.get(_form(label)))
        if given is None:
            raise Unmapped("unknown_question", control)
        return given if given[0] in self._questions else None

    def answer(self, label: str, options: Iterable[str] = ()) -> Meaning:
        """What a label of a whole text means.

        `QUESTION=CHOICE` and `flag=KEY` say it themselves; else it is the one question that has
        this choice, or, where several have it, the one that has all `options` of the row. Raises
        Unmapped.
        """
        given = self._given.get(_form(label))
        if given is not None and given[0] != MENTION:
            return given
        question, equals, choice = label.partition("=")
        inner = self._given.get(_form(choice)) if equals else None
        if inner is not None and inner[0] != MENTION and question not in self._questions:
            return inner
        if equals and question == FLAG:
            return FLAG, self.flag(choice)
        if equals and question in self._questions:
            chosen = self.choice(question, choice)
            return (IGNORE, "") if chosen is None else (question, chosen)
        asked = [key for key, forms in self._choices.items() if _form(label) in forms]
        if len(asked) > 1:
            every = {_form(one) for one in options}
            fitting = [key for key in asked if every and every <= set(self._choices[key])]
            asked = fitting or asked
        if not asked:
            raise Unmapped("unknown_label", label)
        if len(asked) > 1:
            raise Unmapped("ambiguous_label", label)
        return asked[0], self._as_called_now(asked[0], label)

    def flag(self, label: str) -> str:
        if label not in FLAGS:
            raise Unmapped("unknown_flag", label)
        return label

    def mark(self, label: str) -> tuple[str, str] | None:
        """Kind and scope of a span's label; None for what is to be ignored. Raises Unmapped."""
        bare, _, told = label.rpartition("/")
        given = self._given.get(_form(label)) or self._given.get(_form(bare))
        if given is not None:
            if given[0] == IGNORE:
                return None
            own = told if _form(label) not in self._given else ""
            # A wish that is an answer of the demand's question is a kind of mention by that name.
            if given[0] == MENTION or given[1] in DEMAND_KINDS:
                label = given[1]
            if own and "/" not in label:
                label = f"{label}/{own}"
        kind, _, scope = label.strip().casefold().partition("/")
        if kind not in KINDS or (scope or "product") not in SCOPES:
            raise Unmapped("unknown_label", label)
        return kind, scope or "product"


def mark_label(kind: str, scope: str) -> str:
    """The label of a span in tools that have one name a span: `add`, `issue/delivery`."""
    return kind if scope == "product" else f"{kind}/{scope}"


def _form(label: str) -> str:
    return label.strip().casefold()
