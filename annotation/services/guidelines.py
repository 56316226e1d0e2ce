"""Guidelines from draft to version: what is published stays as it is, answers name it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotation import guideline_text
from annotation.guideline_check import Difference, Problem
from annotation.models import Annotation, Batch, Guideline, GuidelineDraft, Relabelling
from annotation.selectors.guidelines import (
    answers_resting_on,
    draft_differences,
    draft_problems,
    guideline_now,
)
from annotation.services.relabelling import batch_of_answers
from annotation.wording import RELABEL
from privacy.services import audit_record

SAMPLE = 100  # reviews proposed to be labelled again, unless the lead says otherwise
_LONGEST = 200_000  # characters


class BadDraft(ValueError):
    """The draft cannot be published; `problems` say where, where its structure is broken."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems)


@transaction.atomic
def guideline_seed() -> None:
    """Put the guideline that comes with the product in place, and newer ones as they come.

    Where somebody has written one here, that one stays in force; the newer text is offered.
    """
    now = Guideline.objects.select_for_update().first()
    if now is not None and (now.shipped is None or now.shipped >= guideline_text.VERSION):
        return
    texts = {"text_en": guideline_text.shipped("en"), "text_zh": guideline_text.shipped("zh")}
    changed = draft_differences(**_named(texts)) if now is not None else []
    Guideline.objects.create(
        version=1 if now is None else now.version + 1,
        shipped=guideline_text.VERSION,
        changed=[one.as_dict() for one in changed],
        **texts,
    )


def _named(texts: dict[str, str]) -> dict[str, str]:
    return {"english": texts["text_en"], "chinese": texts["text_zh"]}


@transaction.atomic
def draft_save(*, actor: Any, text_en: str, text_zh: str, note: str = "") -> GuidelineDraft:
    """Keep the draft as it stands, broken or not. Raises BadDraft for what cannot be kept."""
    if max(len(text_en), len(text_zh)) > _LONGEST or "\0" in text_en + text_zh + note:
        raise BadDraft(_("The text is longer than %(most)s characters.") % {"most": _LONGEST})
    now = guideline_now()
    draft, _created = GuidelineDraft.objects.update_or_create(
        only=True,
        defaults={
            "text_en": text_en.replace("\r\n", "\n"),
            "text_zh": text_zh.replace("\r\n", "\n"),
            "note": note.strip(),
            "based_on": now.version if now else 0,
            "edited_by": actor if isinstance(actor, User) else None,
        },
    )
    return draft


@transaction.atomic
def draft_discard(*, actor: Any) -> None:
    if GuidelineDraft.objects.all().delete()[0]:
        audit_record(
            actor=actor,
            action="guideline.discard",
            object_type="guideline",
            object_id="draft",
            details={},
        )


@transaction.atomic
def draft_publish(*, actor: Any, sample: int = SAMPLE) -> tuple[Guideline, Batch | None]:
    """Make the draft the guideline in force, and propose a batch to be labelled again.

    sample: how many reviews at most, of those whose answers rest on the changed clauses, drawn
    at random; 0 for no batch. Raises BadDraft.
    """
    draft = GuidelineDraft.objects.select_for_update().first()
    if draft is None:
        raise BadDraft(_("There is no draft. Somebody else may have published it."))
    now = guideline_now()
    if now is not None and draft.based_on != now.version:
        raise BadDraft(
            _("Version %(version)s was published meanwhile. Save the draft anew, then publish it.")
            % {"version": now.version}
        )
    if found := draft_problems(draft.text_en, draft.text_zh):
        raise BadDraft(_("The structure of the text is broken; see the lines below."), found)
    changed = draft_differences(draft.text_en, draft.text_zh)
    if not changed:
        raise BadDraft(_("No clause differs from the version in force."))
    made = Guideline.objects.create(
        version=(now.version if now else 0) + 1,
        text_en=draft.text_en,
        text_zh=draft.text_zh,
        note=draft.note,
        changed=[one.as_dict() for one in changed],
        published_by=actor if isinstance(actor, User) else None,
    )
    draft.delete()
    batch = _relabel(actor, made, changed, sample)
    audit_record(
        actor=actor,
        action="guideline.publish",
        object_type="guideline",
        object_id=made.version,
        details={"clauses": [one.id for one in changed], "batch": batch.pk if batch else None},
    )
    return made, batch


def _relabel(
    actor: Any, guideline: Guideline, changed: Sequence[Difference], sample: int
) -> Batch | None:
    resting = answers_resting_on(changed, guideline.version)
    reviews = sorted(set(resting.values_list("revision__review", flat=True)))
    if sample < 1 or not reviews:
        return None
    drawn = random.Random(guideline.version).sample(  # noqa: S311 - a sample, no secret
        reviews, min(sample, len(reviews))
    )
    answers = Annotation.objects.filter(pk__in=resting.values("pk"), revision__review__in=drawn)
    asked = answers.order_by().values_list("question__key", flat=True).distinct()
    return batch_of_answers(
        actor=actor,
        answers=answers,
        name=f"{RELABEL}guideline {guideline.version}",
        questions=sorted(asked),
        relabelling=Relabelling(
            guideline_version=guideline.version, clauses=[one.id for one in changed]
        ),
    )
