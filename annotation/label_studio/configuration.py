"""The labelling configuration of a batch: names are our keys, captions are in both languages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext, gettext_noop, override

from annotation.label_wording import FLAG_WORDS, SCOPE_WORDS
from annotation.models import Question
from annotation.wording import KINDS
from taxonomy.mentions import FLAGS, SCOPES
from taxonomy.mentions import KINDS as KIND_KEYS

TEXT, MENTIONS, SCOPE, FLAG, COMMENT = "text", "mentions", "scope", "flags", "comment"
DEMAND = "product_demand"
KEY = "verbatim_item"
"""Our own number of a task, in its data: the only one that is never used twice."""
_COLOURS = ("#2f8f5b", "#c2410c", "#1d4ed8", "#7c3aed", "#be123c", "#0f766e")
_TITLES = {
    MENTIONS: gettext_noop("What the text praises, complains of or wishes"),
    SCOPE: gettext_noop("What the marked words are about (product, when none is chosen)"),
    FLAG: gettext_noop("Remarks, where they fit"),
    COMMENT: gettext_noop("Comment, without names or numbers of people"),
    DEMAND: gettext_noop(
        "It follows from the marked wishes; choose it when nothing can be marked."
    ),
}


def configuration(questions: Sequence[Question]) -> str:
    """For `questions`, in order, with their choices; mentions where the demand is asked for."""
    asked = [question.key for question in questions]
    lines = ["<View>", '  <Header value="$about" size="4"/>']
    lines.append(f'  <Text name="{TEXT}" value="$text" granularity="symbol"/>')
    if DEMAND in asked:
        lines += _mentions()
    for question in questions:
        lines.append(_header(f"{question.name_en} · {question.name_zh}"))
        if question.key == DEMAND:
            lines.append(_header(_both(_TITLES[DEMAND]), 6))
        lines += _choices(
            question.key,
            [(one.key, f"{one.name_en} · {one.name_zh}") for one in question.choices.all()],
            f'choice="single-radio" required="{str(question.key != DEMAND).lower()}"',
        )
    lines.append(_header(_both(_TITLES[FLAG])))
    lines += _choices(FLAG, [(key, _both(FLAG_WORDS[key])) for key in FLAGS], 'choice="multiple"')
    lines.append(
        f'  <TextArea name="{COMMENT}" toName="{TEXT}" maxSubmissions="1" rows="2" '
        f"placeholder={quoteattr(_both(_TITLES[COMMENT]))}/>"
    )
    return "\n".join([*lines, "</View>"])


def configuration_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _mentions() -> list[str]:
    labels = [
        f'    <Label value="{kind}" html={quoteattr(_both(KINDS[kind]))} background="{colour}"/>'
        for kind, colour in zip(KIND_KEYS, _COLOURS, strict=True)
    ]
    scopes = [(key, _both(SCOPE_WORDS[key])) for key in SCOPES]
    return [
        _header(_both(_TITLES[MENTIONS])),
        f'  <Labels name="{MENTIONS}" toName="{TEXT}">',
        *labels,
        "  </Labels>",
        _header(_both(_TITLES[SCOPE]), 6),
        *_choices(
            SCOPE, scopes, f'choice="single-radio" perRegion="true" whenTagName="{MENTIONS}"'
        ),
    ]


def _choices(name: str, choices: Iterable[tuple[str, str]], more: str) -> list[str]:
    return [
        f'  <Choices name="{name}" toName="{TEXT}" showInline="true" {more}>',
        *(f'    <Choice value="{key}" html={quoteattr(words)}/>' for key, words in choices),
        "  </Choices>",
    ]


def _header(words: str, size: int = 5) -> str:
    return f'  <Header value={quoteattr(words)} size="{size}"/>'


def _both(words: str) -> str:
    with override("en"):
        english = gettext(words)
    with override("zh-hans"):
        chinese = gettext(words)
    return english if english == chinese else f"{english} · {chinese}"
