"""What everybody's answers about a review come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from annotation.formats.record import Settled
from annotation.models import Annotation, AnnotationSource
from annotation.quality.consensus import majority
from annotation.selectors.settling import SURE, Weighed, adjudicated, consensus


def settled(revisions: Collection[int]) -> dict[int, dict[str, Settled]]:
    """By revision and question; at a tie that nobody decided there is none.

    As trainings count it: what a lead decided, else the consensus where it is sure and made from
    the answers as they are, else the majority, else the one answer. The labels that came with the
    sample data count where nobody else answered. Answers to hidden gold do not.
    """
    said, newest = _said(revisions)
    decided, weighed = adjudicated(revisions), consensus(revisions)
    found: defaultdict[int, dict[str, Settled]] = defaultdict(dict)
    for (pk, question), choices in said.items():
        one = weighed.get(pk, {}).get(question)
        most = majority(choices)
        if one is not None and _holds(one, choices, newest.get((pk, question))):
            found[pk][question] = Settled(one.choice, "weighed")
        elif most is not None:
            found[pk][question] = Settled(most, "majority" if len(choices) > 1 else "single")
    for pk, answers in decided.items():
        found[pk] |= {key: Settled(one.choice, "decided") for key, one in answers.items()}
    return dict(found)


def _holds(one: Weighed, choices: list[str], newest: int | None) -> bool:
    return one.probability >= SURE and one.answers == len(choices) and one.newest == newest


def _said(
    revisions: Collection[int],
) -> tuple[Mapping[tuple[int, str], list[str]], Mapping[tuple[int, str], int]]:
    """The choices by revision and question, and the number of the newest of these answers."""
    people: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    starter: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    newest: dict[tuple[int, str], int] = {}
    rows = Annotation.objects.filter(revision__in=revisions, question__active=True).exclude(
        item__is_gold=True
    )
    for pk, revision, question, choice, source in rows.values_list(
        "pk", "revision_id", "question__key", "choice__key", "source"
    ):
        where = (revision, question)
        (starter if source == AnnotationSource.STARTER else people)[where].append(choice)
        if source != AnnotationSource.STARTER:
            newest[where] = max(pk, newest.get(where, 0))
    return {**starter, **people}, newest
