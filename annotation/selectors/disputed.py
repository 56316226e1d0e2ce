"""Reviews about which people do not agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from annotation.models import Annotation

_CHUNK = 5000


def disagreement_of_people(review_ids: Collection[int]) -> dict[int, float]:
    """By review the share of the questions that two people answered on which they differ.

    Of answers about the current text; reviews that fewer than two have answered are absent.
    """
    ids = sorted(review_ids)
    found: dict[int, float] = {}
    for start in range(0, len(ids), _CHUNK):
        said: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        rows = Annotation.objects.filter(
            revision__is_current=True, revision__review__in=ids[start : start + _CHUNK]
        ).values_list("revision__review", "question", "choice")
        for review, question, choice in rows:
            said[review][question].append(choice)
        for review, questions in said.items():
            shared = [choices for choices in questions.values() if len(choices) > 1]
            if shared:
                found[review] = sum(len(set(one)) > 1 for one in shared) / len(shared)
    return found
