"""Embeddings of the texts, by the encoder in charge: what a search by meaning goes through.

They are made in batches behind the answers, and only where PostgreSQL has pgvector.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef
from psycopg import errors, sql

from modelops.ml.spec import Embedder
from modelops.models import ModelVersion, TextEmbedding
from modelops.selectors.meaning import EXTENSION, extension_ready, index_name
from modelops.services.inference import model_open
from modelops.services.ledger import revisions_to_analyse
from reviews.models import TextRevision

log = logging.getLogger("verbatim.embeddings")

BATCH = 128  # texts in one transaction
_WINDOW = 50_000  # revisions looked at in one step
_FORGET = 5000  # rows of a former version removed at a time


def embeddings_prepare(*, model: ModelVersion, width: int) -> bool:
    """Make the extension and the index for `model`, whose embeddings have `width` numbers.

    False where that cannot be: pgvector is not installed, or the database's role may not make it.
    Must not run inside a transaction, since the index is made beside writers.
    """
    if not extension_ready() and not _extension_make():
        return False
    name = index_name(model.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "select i.indisvalid from pg_class c join pg_index i on i.indexrelid = c.oid "
            "where c.relname = %s and pg_table_is_visible(c.oid)",
            [name],
        )
        found = cursor.fetchone()
        if found == (True,):
            return True
        if found is not None:
            # Somebody died while it was being made.
            cursor.execute(_index_drop(name))
        cursor.execute(
            sql.SQL(
                "create index concurrently if not exists {name} on {table} "
                "using hnsw ((vector::halfvec({width})) halfvec_cosine_ops) "
                "where model_id = {model}"
            ).format(
                name=sql.Identifier(name),
                table=sql.Identifier(TextEmbedding._meta.db_table),
                width=sql.Literal(width),
                model=sql.Literal(model.pk),
            )
        )
    return True


def _extension_make() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_available_extensions where name = %s", [EXTENSION])
        if cursor.fetchone() is None:
            return False
        try:
            cursor.execute("create extension if not exists vector")
        except Exception as error:
            if isinstance(error.__cause__, errors.InsufficientPrivilege):
                log.warning("pgvector is there, but its extension has to be made by a superuser")
                return False
            raise
    return True


def _index_drop(name: str) -> sql.Composed:
    return sql.SQL("drop index concurrently if exists {}").format(sql.Identifier(name))


def embeddings_fill(*, model: ModelVersion, go_on: Callable[[int], bool], tick: int = 0) -> int:
    """Embed current texts that `model` has not embedded. Returns how many.

    Looks at the newest texts and at one more window, another one at each `tick`, so that a look
    costs the same however many texts there are. Stops when nothing is left there, or when
    `go_on(done)` says so. Safe to run twice at once. 0 for a model that makes no embeddings, and
    where pgvector is not. Raises ArtefactCorrupt.
    """
    session = model_open(model)
    if not isinstance(session, Embedder) or session.width is None:
        return 0
    if not embeddings_prepare(model=model, width=session.width):
        return 0
    done = 0
    for low, high in _windows(tick):
        while rows := _missing(model, low, high):
            vectors = session.embed([text for _, text in rows])
            embeddings_write(
                model=model, vectors={pk: v for (pk, _), v in zip(rows, vectors, strict=True)}
            )
            done += len(rows)
            high = rows[-1][0] - 1
            if not go_on(done):
                return done
    return done


def embeddings_write(*, model: ModelVersion, vectors: Mapping[int, Any]) -> None:
    """Store where `model` places texts, by revision id; what is there already stays."""
    TextEmbedding.objects.bulk_create(
        (
            TextEmbedding(revision_id=pk, model=model, vector=vector.tolist())
            for pk, vector in vectors.items()
        ),
        ignore_conflicts=True,
    )


def _windows(tick: int) -> list[tuple[int, int]]:
    """Ranges of revision ids to look at, both ends included: the newest, and one in turn."""
    newest = TextRevision.objects.aggregate(newest=Max("pk"))["newest"]
    if newest is None:
        return []
    low = tick % (newest // _WINDOW + 1) * _WINDOW
    return [(newest - _WINDOW + 1, newest), (low, low + _WINDOW - 1)]


def _missing(model: ModelVersion, low: int, high: int) -> list[tuple[int, str]]:
    made = TextEmbedding.objects.filter(model=model, revision=OuterRef("pk"))
    wanted = revisions_to_analyse(model).filter(~Exists(made), pk__range=(low, high))
    return list(wanted.order_by("-pk").values_list("pk", "text")[:BATCH])


def embeddings_forget(*, champion: ModelVersion) -> int:
    """Remove some of what versions before `champion` embedded, and their indexes."""
    gone = 0
    # Model by model, through the index on it: without anything to forget nothing is read.
    models = ModelVersion.objects.exclude(pk=champion.pk).order_by("pk")
    for model in models.values_list("pk", flat=True):
        of_model = TextEmbedding.objects.filter(model=model).order_by("revision")
        ids = list(of_model.values_list("pk", flat=True)[: _FORGET - gone])
        TextEmbedding.objects.filter(pk__in=ids).delete()
        gone += len(ids)
        if gone >= _FORGET:
            break
    with connection.cursor() as cursor:
        cursor.execute(
            "select indexname from pg_indexes where tablename = %s and indexname like %s "
            "and indexname <> %s",
            [TextEmbedding._meta.db_table, "textembedding\\_near\\_%", index_name(champion.pk)],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(_index_drop(name))
    return gone
