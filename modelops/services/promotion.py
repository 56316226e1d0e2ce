"""Who may become the champion, and what changes when one does."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.services.label_set_lock import sets_hold
from modelops.errors import PromotionRefused
from modelops.models import ModelVersion
from modelops.selectors.models import champion
from modelops.selectors.questions import choices_lost
from modelops.services import ledger
from modelops.services.carrying import predictions_catch_up
from modelops.services.locks import one_at_a_time
from modelops.signals import champion_changed
from privacy.services import audit_record

State = ModelVersion.State


def promotion_problems(model: ModelVersion) -> list[dict[str, Any]]:
    """Why `model` may not become the champion; empty when it may.

    Each reason has a `code`: `not_judged`, `lost` (with question, language, baseline, candidate
    and reference macro-F1 on dev, n), `old_set` (with question, and the choices it was trained on
    that mean nothing any more), or `unanswered` (with question).
    """
    checks = model.verdict.get("checks", [])
    reasons: list[dict[str, Any]] = [
        {
            "code": "lost",
            **{
                key: check[key]
                for key in ("question", "language", "baseline", "candidate", "reference", "n")
            },
        }
        for check in checks
        if not check["passed"]
    ]
    if not reasons and not model.verdict.get("passed"):
        reasons.append({"code": "not_judged"})
    reasons += [
        {"code": "old_set", "question": key, "choices": choices}
        for key, choices in choices_lost(model).items()
    ]
    before = champion()
    if before is not None and before.pk != model.pk:
        missing = [key for key in before.questions if key not in model.questions]
        reasons += [{"code": "unanswered", "question": key} for key in missing]
    return reasons


def promotion_sentence(model: ModelVersion, reasons: list[dict[str, Any]]) -> str:
    """The reasons in words, for pages and commands alike."""
    told = [_reason(reason) for reason in reasons]
    return _("%(model)s was not promoted: %(reasons)s.") % {
        "model": model.label,
        "reasons": "; ".join(told),
    }


def _reason(reason: dict[str, Any]) -> str:
    if reason["code"] == "lost":
        return _(
            "on %(question)s (%(language)s, %(n)s texts) its macro-F1 of %(candidate)s does not "
            "beat the %(reference)s of the baseline %(baseline)s"
        ) % {
            **reason,
            "candidate": f"{reason['candidate']:.3f}",
            "reference": f"{reason['reference']:.3f}",
        }
    if reason["code"] == "old_set":
        return _(
            "it was trained on answers to %(question)s that are no longer asked for (%(choices)s)"
        ) % {**reason, "choices": ", ".join(reason["choices"])}
    if reason["code"] == "worse":
        return _(
            "on %(question)s (%(n)s texts) its macro-F1 of %(candidate)s lies below the "
            "%(champion)s of the champion"
        ) % {
            **reason,
            "candidate": f"{reason['candidate']:.3f}",
            "champion": f"{reason['champion']:.3f}",
        }
    if reason["code"] == "unanswered":
        return _("it does not answer %(question)s, which the champion answers") % reason
    return _("it was compared with no baseline, so nothing shows that it is any good")


@transaction.atomic
def model_promote(*, actor: Any, model: ModelVersion, force: bool = False) -> ModelVersion:
    """Make `model` the champion, retire the one before, and write down all there is to analyse.

    `force` passes over the reasons against it, which are kept in the audit trail. Promoting the
    champion again changes nothing. The caller wakes the workers. Raises PromotionRefused.
    """
    sets_hold()
    one_at_a_time("modelops.promotion")
    model = ModelVersion.objects.select_for_update().get(pk=model.pk)
    if model.state == State.CHAMPION:
        return model
    reasons = promotion_problems(model)
    if reasons and not force:
        raise PromotionRefused(promotion_sentence(model, reasons), reasons)
    before = champion()
    if before is not None:
        before.state = State.RETIRED
        before.save(update_fields=["state"])
        ledger.work_drop(model=before)
    model.state = State.CHAMPION
    model.promoted_at = timezone.now()
    model.save(update_fields=["state", "promoted_at"])
    predictions_catch_up(model)
    queued = ledger.work_add(model=model, revisions=ledger.revisions_to_analyse(model))
    champion_changed.send(sender=ModelVersion, model_id=model.pk)
    audit_record(
        actor=actor,
        action="model.promote",
        object_type="model",
        object_id=model.label,
        details={
            "before": before.label if before else None,
            "queued": queued,
            "passed_over": reasons,
        },
    )
    return model
