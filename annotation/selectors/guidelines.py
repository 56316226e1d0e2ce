"""The guideline in force, its draft, and the answers that rest on clauses."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotation import guideline_text
from annotation.guideline_check import GENERAL, Difference, Problem, differences, problems
from annotation.guideline_text import BadGuideline, clauses
from annotation.models import (
    Annotation,
    BatchItem,
    Choice,
    Guideline,
    GuidelineDraft,
    Mention,
    SamplingDesign,
)


def guideline_now() -> Guideline | None:
    return Guideline.objects.select_related("published_by").first()


def guidelines_followed() -> list[tuple[int, Guideline | None, int]]:
    """Every version, newest first, with how many answers followed it; last 0, where it is not
    known by which rules an answer was given. A number that only a file named has no guideline."""
    counted = dict(
        Annotation.objects.order_by().values_list("guideline_version").annotate(n=Count("pk"))
    )
    known = {one.version: one for one in Guideline.objects.select_related("published_by")}
    return [
        (version, known.get(version), counted.get(version, 0))
        for version in sorted(known.keys() | counted.keys(), reverse=True)
    ]


def guideline_draft() -> GuidelineDraft | None:
    return GuidelineDraft.objects.select_related("edited_by").first()


def newer_shipped() -> int | None:
    """The version of the product's own text, where it is newer than any that was in force here."""
    known = Guideline.objects.filter(shipped__isnull=False).order_by("-shipped").first()
    newest = guideline_text.VERSION
    return newest if known is None or (known.shipped or 0) < newest else None


def may_be_about() -> set[str]:
    """What clauses may name, of the label sets as they are now."""
    return {
        f"{one.question.key}:{one.key}"
        for one in Choice.objects.filter(question__active=True).select_related("question")
    }


def draft_problems(english: str, chinese: str) -> list[Problem]:
    return problems(english, chinese, may_be_about())


def draft_differences(english: str, chinese: str) -> list[Difference]:
    """Against the version in force; empty while a text cannot be read."""
    now = guideline_now()
    before = ("", "") if now is None else (now.text_en, now.text_zh)
    try:
        return differences(before, (english, chinese))
    except BadGuideline:
        return []


def clauses_outdated() -> list[tuple[str, str]]:
    """Clauses in force that speak of answers which are no longer asked for: name and answer."""
    now = guideline_now()
    if now is None:
        return []
    known = may_be_about()
    asked = {about.partition(":")[0] for about in known}
    return [
        (one.id, about)
        for one in clauses(now.text_en)
        for about in one.about
        if about.partition(":")[0] in asked and about not in known
    ]


def answers_resting_on(changed: Sequence[Difference], before_version: int) -> QuerySet[Annotation]:
    """Answers to what the clauses are about, given under an older guideline than this one.

    Clauses about everything (`general`) single nothing out, so they bring none. Reviews of the
    audit sample are left out: they are in no other batch.
    """
    about = {one for change in changed for one in change.about if one != GENERAL}
    wanted = Q(pk__in=[])
    for one in sorted(about):
        wanted |= _about(one)
    audited = BatchItem.objects.filter(
        review=OuterRef("revision__review"), batch__design=SamplingDesign.AUDIT
    )
    return Annotation.objects.filter(
        wanted,
        ~Exists(audited),
        question__active=True,
        guideline_version__lt=before_version,
        revision__is_current=True,
    )


def _about(one: str) -> Q:
    kind, _, key = one.partition(":")
    if kind == "flags":
        return Q(flags__contains=[key])
    if kind in {"mentions", "scope"}:
        field = "kind" if kind == "mentions" else "scope"
        marked = Mention.objects.filter(
            revision=OuterRef("revision"), annotator=OuterRef("annotator"), **{field: key}
        )
        return Q(Exists(marked), question__key="product_demand")
    return Q(question__key=kind, choice__key=key) if key else Q(question__key=kind)
