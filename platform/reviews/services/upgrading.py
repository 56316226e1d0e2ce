"""Better rules reach what is stored already."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Q

from common.models import Job
from reviews.models import Source, TextRevision
from reviews.services.redacting_stored import KIND, redact_stored_request


@transaction.atomic
def redact_after_upgrade(*, version: str) -> Job | None:
    """The job that brings stored reviews to the rules `version`, made once for each version.

    None when it was asked for before (finished or not; a failed one is begun again by a person),
    or when nothing stored is older. The caller sends the wake-up.
    """
    with connection.cursor() as cursor:  # two sweeps at once would both ask
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [KIND])
    asked = Job.objects.filter(kind=KIND, arguments__version=version, arguments__upgrade=True)
    if asked.exists():
        return None
    current = Q(redactor_version=version) | Q(redactor_version__startswith=f"{version}+")
    if not TextRevision.objects.filter(~current, is_current=True).exists():
        return None
    job = redact_stored_request(actor=None, sources=Source.objects.all(), version=version)
    job.arguments = {**job.arguments, "upgrade": True}
    job.save(update_fields=["arguments"])
    return job
