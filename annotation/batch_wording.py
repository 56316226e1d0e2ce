"""Batches, their designs and the audit sample, in words for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop, pgettext

from annotation.models import Batch, SamplingDesign, SkipReason
from annotation.selectors.frames import NO_GROUP, rows_named

DESIGNS: dict[str, str] = {
    "uniform": gettext_noop("at random"),
    "stratified": gettext_noop("so many of each group"),
    "uncertainty": gettext_noop("where the model is unsure"),
    "diversity": gettext_noop("as unlike as possible"),
    "keyword": gettext_noop("with certain words"),
    "disagreement": gettext_noop("where answers differ"),
    "audit": gettext_noop("the audit sample"),
    "given": gettext_noop("labels that came with a file"),
    "test": gettext_noop("a test before real work"),
}
ABOUT_DESIGNS: dict[str, str] = {
    "uniform": gettext_noop("Every review has the same chance. The plain choice when in doubt."),
    "stratified": gettext_noop(
        "Rare languages, categories or star ratings get their share, or more than that."
    ),
    "uncertainty": gettext_noop(
        "Teaches a model most for each label. A share is drawn at random, so that every review "
        "keeps a chance."
    ),
    "diversity": gettext_noop("One review of each kind of text: to see what there is at all."),
    "keyword": gettext_noop("To look for something rare by the words it is told in."),
    "disagreement": gettext_noop("Where the model and another one, or people, do not agree."),
}
STRATA: dict[str, str] = {
    "language": gettext_noop("Language"),
    "category": gettext_noop("Category"),
    "stars": gettext_noop("Stars"),
    "product": gettext_noop("Product"),
}
ALLOCATIONS: dict[str, str] = {
    "proportional": gettext_noop("as large as the group is"),
    "equal": gettext_noop("the same of each group"),
    "neyman": gettext_noop("more where answers vary (Neyman)"),
}
AGAINST: dict[str, str] = {
    "lexicon": gettext_noop("the model in charge and the word lists"),
    "shadow": gettext_noop("the model in charge and a shadow model"),
    "annotators": gettext_noop("two people who labelled the same review"),
}
WHY_NOT: dict[str, str] = {
    "design": gettext_noop("The design gives some reviews no chance."),
    "cut": gettext_noop("Some reviews had no chance, by what they say or where they are already."),
    "aided": gettext_noop("Those who label it see the model's answers."),
}
REASONS: dict[str, str] = {
    "left_out": gettext_noop("not in the figures"),
    "withdrawn": gettext_noop("may no longer be labelled"),
    "changed": gettext_noop("the shopper wrote another text"),
    "second": gettext_noop("one of two people has answered"),
}


def listed(words: Iterable[str]) -> str:
    """One after another, with what the reader's language puts in between."""
    return pgettext("list", ", ").join(words)


def stores_words(keys: Collection[str]) -> str:
    """Stores, by what they are called in the reader's language."""
    return listed(_named("stores", keys).values())


def design_words(design: str) -> str:
    return gettext(DESIGNS.get(design, design))


def why_not_words(why: str) -> str:
    return gettext(WHY_NOT[why]) if why else ""


def reason_words(reason: str) -> str:
    """Why a review of the audit sample has no answer."""
    if reason in REASONS:
        return gettext(REASONS[reason])
    return str(dict(SkipReason.choices).get(reason, reason))


LANGUAGES: dict[str, str] = {"zh": gettext_noop("Chinese"), "en": gettext_noop("English")}


def groups_words(by: str, groups: Collection[str]) -> dict[str, str]:
    """What the groups of a design by `by` (see STRATA) are called."""
    names = _named({"category": "categories", "product": "products"}.get(by, by), groups)
    return names | {NO_GROUP: pgettext("a group of reviews", "none")}


def _named(kind: str, keys: Collection[str]) -> dict[str, str]:
    """By key the name in the reader's language; the key, where it has none or is gone."""
    found = {key: key for key in keys}
    if kind in ("language", "languages"):
        return found | {key: gettext(LANGUAGES[key]) for key in keys if key in LANGUAGES}
    if kind not in ("stores", "categories", "products"):
        return found
    chinese = (get_language() or "").startswith("zh")
    for key, row in rows_named(kind, keys).items():
        first, second = row.name_en, row.name_zh
        found[key] = (second or first if chinese else first or second) or key
    return found


def frame_facts(batch: Batch) -> list[tuple[str, str]]:
    """What a batch was drawn from, as far as it was narrowed: a word and its values each."""
    kept: Mapping[str, Any] = batch.frame_filter
    names = {
        "stores": gettext("Store"),
        "languages": gettext("Language"),
        "sources": gettext("Source"),
        "categories": gettext("Category"),
        "stars": gettext("Stars"),
    }
    facts = []
    for kind, name in names.items():
        keys = [str(one) for one in kept.get(kind) or []]
        if keys:
            called = _named(kind, keys)
            facts.append((name, listed(called[key] for key in keys)))
    if kept.get("words"):
        facts.append((gettext("Search"), kept["words"]))
    if kept.get("fresh"):
        facts.append((gettext("Other batches"), gettext("without their reviews")))
    return facts


def design_facts(batch: Batch) -> list[tuple[str, str]]:
    """What its design was told."""
    told, facts = batch.design_options, []
    if batch.design == SamplingDesign.STRATIFIED:
        by, share = STRATA[told["strata"]], ALLOCATIONS[told["allocation"]]
        facts.append((gettext("Groups by"), gettext(by)))
        facts.append((gettext("Share of a group"), gettext(share)))
    if "explored" in told:
        facts.append((gettext("Drawn at random"), f"{round(100 * told['explored'])}%"))
    if told.get("words"):
        facts.append((pgettext("to look for", "Words"), listed(told["words"])))
    if "against" in told:
        between = AGAINST[told["against"]]
        facts.append((gettext("Between"), gettext(between)))
    return facts
