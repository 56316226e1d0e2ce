"""Changing a test that people have taken: what is in stays, what comes goes by the new settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation.models import Batch, Qualification
from annotation.selectors.leading import may_change
from annotation.selectors.leads import may_lead
from annotation.selectors.qualification import stores_of_test
from annotation.services.qualifying import (
    QualificationWanted,
    gold_stock,
    settings_check,
    stock_check,
    stock_fill,
)
from privacy.services import audit_record


@transaction.atomic
def qualification_change(
    *,
    actor: User,
    batch: Batch,
    wanted: QualificationWanted,
    guards: Sequence[Store],
    anew: bool = False,
) -> Qualification:
    """Give the test other settings; its questions stay, since they are what a result is about.

    Results that are in stay what they are, and attempts under way go on with the reviews and the
    mark with which they began. More attempts are for those who had used all of theirs as well;
    fewer take none back. Gold that was set since is put into its stock. `guards`: of which stores
    every batch needs it. `anew`: nobody has passed it any more, and everybody has all attempts
    again, with reviews they have not seen.

    Raises BadBatch, and PermissionError for who may not change it.
    """
    if not may_lead(actor) or not may_change(actor, batch):
        raise PermissionError("others have reviews in this test, too")
    test = Qualification.objects.select_for_update().get(batch=batch)
    settings_check(wanted, but=batch)
    wanted = replace(wanted, questions=batch.questions)
    mine = {one.pk for one in stores_for(actor)}
    stores = [one for one in stores_of_test(batch) if one.pk in mine]
    reviews = gold_stock(stores, batch.questions)
    stock_check(wanted, reviews, guards)
    stock_fill(batch, reviews)
    batch.name = wanted.name.strip()
    batch.save(update_fields=["name"])
    test.pass_mark, test.reviews, test.attempts = wanted.pass_mark, wanted.reviews, wanted.attempts
    if anew:
        test.counts_from = timezone.now()
    test.save()
    test.guards_stores.set([*guards, *test.guards_stores.exclude(pk__in=mine)])
    audit_record(
        actor=actor,
        action="qualification.change",
        object_type="batch",
        object_id=batch.pk,
        details={
            "pass_mark": wanted.pass_mark,
            "reviews": wanted.reviews,
            "attempts": wanted.attempts,
            "gold": batch.items.count(),
            "anew": anew,
        },
    )
    return test
