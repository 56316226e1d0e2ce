"""Reviews by meaning: those whose texts the model in charge places nearest to what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection, transaction
from django.db.models import FloatField, QuerySet
from django.db.models.expressions import RawSQL

from common import text_service
from modelops.models import ModelVersion, TextEmbedding
from modelops.selectors.models import champion
from reviews.models import Review

EXTENSION = "vector"
MOST = 100  # reviews of one search; further ones have next to nothing in common with it
_LOOKED_AT = 200  # neighbours the index looks at before filters; more are fetched as needed


class Without(StrEnum):
    """Why a search by meaning cannot be done now."""

    EXTENSION = "extension"  # PostgreSQL has no pgvector
    SERVICE = "service"  # the text service does not answer
    MODEL = "model"  # there is no champion, or it makes no embeddings
    NOTHING = "nothing"  # no text is embedded yet


@dataclass(frozen=True, slots=True)
class Alike:
    """`ids`: reviews, the nearest first; None when `without` says why not."""

    ids: list[int] | None = None
    without: Without | None = None


def index_name(model_id: int) -> str:
    """The index over the embeddings of one model version."""
    return f"textembedding_near_{model_id}"


def extension_ready() -> bool:
    """Whether the extension is made in this database."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_extension where extname = %s", [EXTENSION])
        return cursor.fetchone() is not None


def reviews_alike(reviews: QuerySet[Review], words: str, most: int = MOST) -> Alike:
    """Up to `most` of `reviews` that say something like `words`, asked of the text service."""
    model = champion()
    if model is None:
        return Alike(without=Without.MODEL)
    if not extension_ready():
        return Alike(without=Without.EXTENSION)
    if not TextEmbedding.objects.filter(model=model).exists():
        return Alike(without=Without.NOTHING)
    try:
        label, vectors = text_service.embed([words])
    except text_service.TextServiceUnavailable:
        return Alike(without=Without.SERVICE)
    if vectors is None:
        return Alike(without=Without.MODEL)
    if label != model.label:
        # It was replaced a moment ago, and the service has not noticed yet.
        return Alike(without=Without.SERVICE)
    return Alike(nearest(reviews, model, vectors[0], most))


@transaction.atomic
def nearest(
    reviews: QuerySet[Review], model: ModelVersion, vector: Sequence[float], most: int = MOST
) -> list[int]:
    """Ids of `reviews` by the cosine distance of their current texts to `vector`, nearest first."""
    with connection.cursor() as cursor:
        # Filters may pass over many neighbours: the index goes on until enough are left.
        cursor.execute("set local hnsw.iterative_scan = 'strict_order'")
        cursor.execute(f"set local hnsw.ef_search = {_LOOKED_AT}")
    width = len(vector)
    table = TextEmbedding._meta.db_table
    distance = RawSQL(  # noqa: S611  # a name and a whole number of our own
        f"{table}.vector::halfvec({width}) <=> %s::halfvec({width})",
        [f"[{','.join(f'{value:.6g}' for value in vector)}]"],
        output_field=FloatField(),
    )
    found = (
        TextEmbedding.objects.filter(
            model_id=model.pk, revision__is_current=True, revision__review__in=reviews.order_by()
        )
        .annotate(distance=distance)
        .order_by("distance")
    )
    return list(found.values_list("revision__review_id", flat=True)[:most])
