"""What was settled goes along when a text is redacted anew, as the answers do."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from annotation.models import Adjudication, Consensus, Suspect


@transaction.atomic
def settled_remap(*, pairs: Iterable[tuple[int, int]]) -> None:
    """Bring decisions, consensus and doubts of each (revision before, revision now) over."""
    for before, now in pairs:
        Adjudication.objects.filter(revision=before).update(
            made_on=Coalesce(F("made_on"), F("revision")), revision=now
        )
        Consensus.objects.filter(revision=before).update(revision=now)
        Suspect.objects.filter(revision=before).update(revision=now)
