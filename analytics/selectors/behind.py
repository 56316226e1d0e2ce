"""From a figure to the sentences behind it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Store
from analytics.selectors.asking import UnknownName, question_asked
from analytics.selectors.counting import counted, raw_rows
from analytics.selectors.filters import EVERYTHING, Filters, Span
from modelops.selectors import champion
from reviews.models import Review


def reviews_behind(
    question: str,
    *,
    stores: Iterable[Store],
    filters: Filters = EVERYTHING,
    choice: str | None = None,
    polarity: int | None = None,
) -> QuerySet[Review]:
    """The reviews that a figure of `question` counts, newest first; those without a date last.

    Narrowed to an answer (`choice`) or to answers of a polarity. Each review carries
    `revision_id`, `text` (redacted), `choice_key`, `polarity` and `probabilities` (in the order
    of the question's choices). The order (`posted_at`, `id`, both falling) suits keyset pages.
    Raises UnknownName for an unknown question or choice.
    """
    asked = question_asked(question)
    if choice is not None and choice not in asked.polarities:
        raise UnknownName(
            _("“%(question)s” has no answer “%(choice)s”; there are: %(known)s.")
            % {"question": question, "choice": choice, "known": ", ".join(asked.polarities)}
        )
    model = champion()
    answer = Q()
    wanted = [
        pk
        for pk, key in asked.choice_keys.items()
        if choice in (None, key) and polarity in (None, asked.polarities[key])
    ]
    if len(wanted) < len(asked.choice_keys):
        answer = Q(revisions__predictions__choice_id__in=wanted)
    span = Span(filters.date_from, filters.date_to)
    rows = raw_rows("all", filters.chosen(stores), filters, [span])
    rows = counted(rows, asked.id, model.pk if model else None, answer)
    newest = F("posted_at").desc() if filters.dated else F("posted_at").desc(nulls_last=True)
    return (
        rows.annotate(
            revision_id=F("revisions__id"),
            text=F("revisions__text"),
            choice_key=F("revisions__predictions__choice__key"),
            polarity=F("revisions__predictions__choice__polarity"),
            probabilities=F("revisions__predictions__probabilities"),
        )
        .select_related("product", "store")
        .order_by(newest, "-id")
    )
