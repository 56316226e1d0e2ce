"""What everybody's answers about a review come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from annotation.formats.record import Settled
from annotation.models import Annotation, AnnotationSource
from annotation.quality.consensus import majority
from annotation.selectors.settling import adjudicated


def settled(revisions: Collection[int]) -> dict[int, dict[str, Settled]]:
    """By revision and question; at a tie that nobody decided there is none.

    As trainings count it: what a lead decided, else the majority, else the one answer. The labels
    that came with the sample data count where nobody else answered. Answers to hidden gold do not.
    """
    found: defaultdict[int, dict[str, Settled]] = defaultdict(dict)
    for (pk, question), choices in _said(revisions).items():
        most = majority(choices)
        if most is not None:
            found[pk][question] = Settled(most, "majority" if len(choices) > 1 else "single")
    for pk, answers in adjudicated(revisions).items():
        found[pk] |= {key: Settled(one.choice, "decided") for key, one in answers.items()}
    return dict(found)


def _said(revisions: Collection[int]) -> Mapping[tuple[int, str], list[str]]:
    """The choices by revision and question."""
    people: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    starter: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    rows = Annotation.objects.filter(revision__in=revisions, question__active=True).exclude(
        item__is_gold=True
    )
    for revision, question, choice, source in rows.values_list(
        "revision_id", "question__key", "choice__key", "source"
    ):
        given = starter if source == AnnotationSource.STARTER else people
        given[revision, question].append(choice)
    return {**starter, **people}
