"""What was settled goes along when a text is redacted anew, as the answers do."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from annotation.models import Adjudication, Consensus, Suspect
from annotation.services.remapping import spans_moved
from privacy.redaction.offsets import OffsetMap
from reviews.models import TextRevision


@transaction.atomic
def settled_remap(*, pairs: Iterable[tuple[int, int]]) -> None:
    """Bring decisions, consensus and doubts of each (revision before, revision now) over."""
    for before, now in pairs:
        _mentions_remap(before, now)
        Adjudication.objects.filter(revision=before).update(
            made_on=Coalesce(F("made_on"), F("revision")), revision=now
        )
        Consensus.objects.filter(revision=before).update(revision=now)
        Suspect.objects.filter(revision=before).update(revision=now)


def _mentions_remap(before: int, now: int) -> None:
    marked = list(Adjudication.objects.filter(revision=before, mentions__isnull=False))
    if marked:
        pieces = TextRevision.objects.values_list("offset_map", flat=True).get(pk=now)
        for one in marked:
            one.mentions = spans_moved(OffsetMap.from_list(pieces or []), one.mentions or [])
        Adjudication.objects.bulk_update(marked, ["mentions"])
