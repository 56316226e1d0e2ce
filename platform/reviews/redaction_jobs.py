"""The long work of redaction: stored reviews again, and a listed value into stored reviews."""

from __future__ import annotations

from typing import Any

from common.jobs import JobContext, JobFailed, JobKind
from common.jobs import register as register_kind


def _redact_stored(context: JobContext) -> dict[str, Any]:
    from reviews.models import Source
    from reviews.services import redacting_stored as again

    noted = context.checkpoint
    counts = again.counts_of(noted.get("counts", {}))
    after = int(noted.get("review", 0))
    sources = Source.objects.filter(pk__in=context.arguments["sources"]).order_by("pk")
    everything = bool(context.arguments.get("everything"))
    waits = [
        source for source in sources.select_related("store") if source.pk >= noted.get("source", 0)
    ]
    left = sum(
        again.waiting(source, _stamp(source), everything=everything).count() for source in waits
    )
    context.stage("redacting", total=counts.looked_at + left)
    for source in waits:

        def note(review: int, source_id: int = source.pk) -> None:
            context.save_checkpoint(
                {"source": source_id, "review": review, "counts": again.as_note(counts)}
            )
            context.progress(counts.looked_at)

        again.redact_source(
            actor=context.job.actor,
            source=source,
            everything=everything,
            after=after if source.pk == noted.get("source") else 0,
            counts=counts,
            done=note,
        )
    return again.as_note(counts)


def _stamp(source: Any) -> str:
    from reviews import redacting
    from reviews.selectors.policies import policy_of

    return policy_of(source).stamp(redacting.redactor_version())


def _apply_listed(context: JobContext) -> dict[str, Any]:
    from reviews.models import ListedValue, TextRevision
    from reviews.services import redacting_stored as again

    store = context.arguments["store"]
    wanted = ListedValue.objects.filter(
        pk__in=context.arguments["entries"], store=store, kind=ListedValue.Kind.DENY
    )
    entries = list(wanted)
    if not entries:
        raise JobFailed("The values were taken off the list before the work began.")
    counts = again.counts_of(context.checkpoint.get("counts", {}))
    total = TextRevision.objects.filter(is_current=True, review__store=store).count()
    context.stage("redacting", total=total)

    def note(review: int) -> None:
        context.save_checkpoint({"review": review, "counts": again.as_note(counts)})
        context.progress(counts.looked_at)

    again.listed_values_spread(
        entries=entries, after=int(context.checkpoint.get("review", 0)), counts=counts, done=note
    )
    return again.as_note(counts)


def register() -> None:
    from reviews.services.redacting_stored import KIND, LISTED

    register_kind(JobKind(KIND, _redact_stored))
    register_kind(JobKind(LISTED, _apply_listed))
