"""Weak labels: what word lists say of reviews that nobody has labelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Store
from annotation.models import Choice, Question
from annotation.selectors.label_sets import routes
from common.jobs import JobContext
from common.models import Job
from common.services import job_create
from modelops.errors import ModelopsError
from modelops.models import WeakLabel, WeakSource
from modelops.selectors.weak import weak_texts
from privacy.services import audit_record
from reviews.models import TextRevision

KIND = "weak_labels"
_AT_ONCE = 1000  # texts


class BadWeakRequest(ModelopsError):
    """A lexicon was asked for what it has no words for; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What a lexicon has words for."""

    languages: tuple[str, ...]
    questions: tuple[str, ...]


COVERS: dict[str, Cover] = {
    WeakSource.VADER: Cover(("en",), ("sentiment",)),
    WeakSource.TEXTBLOB: Cover(("en",), ("sentiment",)),
    WeakSource.WORDS_ZH: Cover(("zh",), ("sentiment",)),
    WeakSource.CUES: Cover(("en", "zh"), ("purchase_intent", "product_demand")),
}


def covered(sources: Sequence[str], languages: Sequence[str]) -> list[tuple[str, str]]:
    """Each pair of a lexicon and a language of those asked (none: all) that it covers.

    Raises BadWeakRequest for an unknown lexicon, and for a language that one asked for by name
    does not cover: it would call every text neutral.
    """
    for source in sources:
        if source not in COVERS:
            raise BadWeakRequest(f"There is no lexicon {source}; there are {', '.join(COVERS)}.")
    asked = [*sources] or list(COVERS)
    known = {language for source in asked for language in COVERS[source].languages}
    for language in languages:
        if language not in known:
            raise BadWeakRequest(
                f"{', '.join(asked)}: no words for {language}; there are words for "
                f"{', '.join(sorted(known))}."
            )
        for source in sources:
            if language not in COVERS[source].languages:
                raise BadWeakRequest(
                    f"{source}: no words for {language}; there are words for "
                    f"{', '.join(COVERS[source].languages)}."
                )
    return [
        (source, language)
        for source in asked
        for language in COVERS[source].languages
        if not languages or language in languages
    ]


def weak_labels_start(
    *, actor: Any, sources: Sequence[str] = (), languages: Sequence[str] = ()
) -> Job:
    """Write the work down, or give the same that is under way; the caller wakes a worker.

    Raises BadWeakRequest.
    """
    covered(sources, languages)
    arguments = {"sources": list(sources), "languages": list(languages)}
    open_ones = Job.objects.filter(
        kind=KIND, arguments=arguments, state__in=[Job.State.QUEUED, Job.State.RUNNING]
    )
    return open_ones.first() or job_create(actor=actor, kind=KIND, arguments=arguments)


def weak_labels_job() -> Job | None:
    """The work that is under way or waits for a worker, if any."""
    return Job.objects.filter(kind=KIND, state__in=[Job.State.QUEUED, Job.State.RUNNING]).first()


def weak_labels_run(context: JobContext) -> dict[str, Any]:
    """Label anew whatever may be trained on, lexicon by lexicon. Returns the job's result.

    Texts as they stand now; never reviews of the audit sample. A lexicon that finds none of its
    words says nothing. After a kill it goes on where it was; what is there is replaced.
    """
    wanted = covered(context.arguments["sources"], context.arguments["languages"])
    counts: dict[str, int] = dict(context.checkpoint.get("counts", {}))
    for source, language in wanted:
        key = f"{source}.{language}"
        if key in counts:
            continue
        texts = weak_texts(Store.objects.all()).filter(review__language=language)
        context.stage("labelling by word lists", total=texts.count())
        counts[key] = _label(context, source, language, texts, counts)
        context.save_checkpoint({"counts": counts})
    audit_record(
        actor=context.job.actor,
        action="weak.make",
        object_type="weak_labels",
        object_id=context.job.pk,
        details=counts,
    )
    return {"labels": sum(counts.values()), "by_source": counts}


Asker = Callable[[str], str | None]


def asker(source: str, question: str, language: str) -> Asker:
    """How a lexicon answers: a choice key, or None where none of its words stands in the text."""
    from modelops.ml.baselines import lexicon

    if source == WeakSource.CUES:
        return lambda text: _unless_none(lexicon.cue_label(text, question, language))
    score = lexicon.scorer(source)

    def answer(text: str) -> str | None:
        value = score(text)
        return None if value == 0.0 else lexicon.sentiment_of(value)

    return answer


def _unless_none(label: str) -> str | None:
    # That no cue was found is no sign that the shopper wants nothing.
    return None if label == "none" else label


def _label(
    context: JobContext, source: str, language: str, texts: Any, counts: Mapping[str, int]
) -> int:
    """How many labels there are; `counts` of what is done stays in the checkpoints."""
    questions = Question.objects.filter(active=True, key__in=COVERS[source].questions)
    asked = [(one, asker(source, one.key, language)) for one in questions]
    choices = {
        (question.pk, key): choice
        for question, _ in asked
        for key, choice in _choices_by_shipped_key(question)
    }
    made, done, after = context.checkpoint.get("within", (0, 0, 0))
    for some in _pieces(texts, after):
        rows = list(_said(source, some, asked, choices))
        with transaction.atomic():
            WeakLabel.objects.filter(
                source=source, revision__review__in=[one.review_id for one in some]
            ).delete()
            # Somebody may have asked for some of the same at the same time.
            WeakLabel.objects.bulk_create(rows, ignore_conflicts=True)
        made, done = made + len(rows), done + len(some)
        context.save_checkpoint({"counts": counts, "within": (made, done, some[-1].pk)})
        context.progress(done)
    return made


def _choices_by_shipped_key(question: Question) -> Iterator[tuple[str, Choice]]:
    """Word lists know the keys that the product came with; the set may be another one by now."""
    asked = {choice.key: choice for choice in question.choices.all()}
    for key, now in routes(question.key, "models").items():
        if now is not None:
            yield key, asked[now]


def _pieces(texts: Any, after: int) -> Iterator[list[TextRevision]]:
    while True:
        some = list(
            texts.filter(pk__gt=after).order_by("pk").only("pk", "text", "review_id")[:_AT_ONCE]
        )
        if not some:
            return
        yield some
        after = some[-1].pk


def _said(
    source: str,
    texts: Sequence[TextRevision],
    asked: Sequence[tuple[Question, Asker]],
    choices: Mapping[tuple[int, str], Choice],
) -> Iterator[WeakLabel]:
    for one in texts:
        for question, answer in asked:
            key = answer(one.text)
            choice = choices.get((question.pk, key)) if key else None
            if choice is not None:
                yield WeakLabel(revision=one, question=question, choice=choice, source=source)
