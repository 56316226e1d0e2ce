"""What is kept too long goes: once a day, class by class, with a trace of how much."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Store
from accounts.selectors import are_all_stores, stores_for
from privacy.models import RetentionRule, RetentionRun
from privacy.retention import class_of, classes
from privacy.services.auditing import audit_record

log = logging.getLogger("verbatim.retention")


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of the plan: a class in a scope ("": all without a rule of their own)."""

    data_class: str
    words: str
    scope: str
    scope_words: str
    days: int | None
    own_rule: bool


def retention_plan(stores: Sequence[Store] | None = None) -> list[Kept]:
    """What is kept how long, class by class, then the scopes of `stores` (None: of all) that have a
    rule of their own.
    """
    rules = {(rule.data_class, rule.scope): rule.days for rule in RetentionRule.objects.all()}
    plan = []
    for found in classes():
        scopes = found.scopes(stores)
        days = rules.get((found.key, ""), found.days)
        plan.append(Kept(found.key, str(found.words), "", "", days, (found.key, "") in rules))
        for scope, words in scopes.items():
            if (found.key, scope) in rules:
                own = rules[found.key, scope]
                plan.append(Kept(found.key, str(found.words), scope, words, own, True))
    return plan


class BadRule(ValueError):
    """There is no such class or scope, or the days make no sense."""


class NotForAll(BadRule):
    """Who sees some stores only cannot say how long the data of all is kept."""


@transaction.atomic
def retention_set(
    *, actor: Any, data_class: str, scope: str = "", days: int | None, default: bool = False
) -> None:
    """Keep a class for `days` (None: until somebody erases it); `default`: as it was at first.

    A scope has to be of the actor's stores; without one the rule holds for all stores, and is for
    those to set who see all of them (None as actor: the system). Raises BadRule, NotForAll.
    """
    stores = None if actor is None else list(stores_for(actor))
    try:
        found = class_of(data_class)
    except KeyError:
        known = ", ".join(one.key for one in classes())
        raise BadRule(f"There is no class {data_class!r}; there are {known}.") from None
    if not scope and stores is not None and not are_all_stores(stores):
        raise NotForAll("A rule for all stores is set by somebody who sees all of them.")
    if scope and scope not in found.scopes(stores):
        raise BadRule(f"{data_class} has no rules for {scope!r}.")
    if days is not None and not 0 <= days <= 36500:
        raise BadRule("Give 0 to 36500 days.")
    if default:
        RetentionRule.objects.filter(data_class=data_class, scope=scope).delete()
    else:
        RetentionRule.objects.update_or_create(
            data_class=data_class, scope=scope, defaults={"days": days}
        )
    audit_record(
        actor=actor,
        action="retention.set",
        object_type="retention",
        object_id=data_class,
        details={"scope": scope, "days": days, "default": default},
    )


def retention_run(*, actor: Any, dry: bool = False) -> RetentionRun:
    """Remove what is older than its class is kept; with `dry` only count.

    A class that fails holds the others up in nothing; it is named in `problems`. A dry run is
    not stored.
    """
    run = RetentionRun(started_at=timezone.now())
    if not dry:
        run.save()
    plan = retention_plan()
    for kept in plan:
        if kept.days is None:
            continue
        name = f"{kept.data_class} {kept.scope}".strip()
        try:
            run.gone[name] = _expire(actor, kept, plan, dry)
        except Exception as error:  # noqa: BLE001  # the others must still go
            run.problems[name] = type(error).__name__
            # Without its message, which could quote a row.
            log.error("retention of %s failed: %s", name, type(error).__name__)
    run.finished_at = timezone.now()
    if not dry:
        run.save()
        audit_record(
            actor=actor,
            action="retention.run",
            object_type="retention",
            object_id=run.pk,
            details={"gone": run.gone, "problems": run.problems},
        )
    return run


def retention_expire(*, actor: Any, data_class: str) -> int:
    """Between two nights: remove what is older than this one class is kept. Returns how many.

    Raises KeyError for an unknown class, and what its app raises.
    """
    found = class_of(data_class)
    plan = [kept for kept in retention_plan() if kept.data_class == found.key]
    return sum(_expire(actor, kept, plan, False) for kept in plan if kept.days is not None)


def _expire(actor: Any, kept: Kept, plan: list[Kept], dry: bool) -> int:
    before = timezone.now() - timedelta(days=kept.days or 0)
    own = [one.scope for one in plan if one.data_class == kept.data_class and one.scope]
    but = [] if kept.scope else own
    return class_of(kept.data_class).expire(actor, kept.scope, but, before, dry)
