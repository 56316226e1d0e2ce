"""Search by meaning: embeddings of the model in charge, near texts, and what is said without."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from common import text_service
from modelops.ml.files import sha256_file
from modelops.ml.session import Session
from modelops.models import ModelVersion, TextEmbedding
from modelops.selectors.meaning import Without, index_name, nearest, reviews_alike
from modelops.selectors.searching import By, search_page
from modelops.services.embeddings import embeddings_fill, embeddings_forget
from modelops.services.inference import model_open, models_folder
from reviews.models import Purpose, Review, TextRevision
from reviews.search_vector import search_vector
from reviews.selectors import reviews_for

from .conftest import Register, Store

pytestmark = [pytest.mark.django_db(transaction=True)]

LEAKS = ["盖子太差失望 漏水", "太差失望 盖子漏水了", "漏水 盖子太差"]
PRAISE = ["love it handle", "love it, great handle", "handle love it has handle"]


@pytest.fixture
def embedded(register: Register, store_reviews: Store) -> ModelVersion:
    model = register(state="champion")
    for revision in store_reviews([*LEAKS, *PRAISE]):
        vector = search_vector(revision.text)
        TextRevision.objects.filter(pk=revision.pk).update(search=vector)
    assert embeddings_fill(model=model, go_on=lambda done: True) == 6
    return model


def _texts(ids: list[int]) -> list[str]:
    found = dict(TextRevision.objects.values_list("review_id", "text"))
    return [found[pk] for pk in ids]


def _without_embedding(folder: Path) -> None:
    """Make the artefact what it was before embeddings, hashes made good."""
    graph = onnx.load(str(folder / "model.onnx"))
    kept = [out for out in graph.graph.output if out.name != "embedding"]
    del graph.graph.output[:]
    graph.graph.output.extend(kept)
    onnx.save(graph, str(folder / "model.onnx"))
    manifest = json.loads((folder / "model.json").read_text("utf-8"))
    manifest["files"]["model.onnx"] = sha256_file(folder / "model.onnx")
    (folder / "model.json").write_text(json.dumps(manifest), "utf-8")


def test_an_embedding_is_of_length_one_and_the_same_in_any_batch(register: Register) -> None:
    session = Session(models_folder() / register().artefact)
    texts = [*LEAKS, *PRAISE, "", "好" * 300]
    together = session.embed(texts)
    assert together.shape == (len(texts), session.width)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-3)
    alone = np.concatenate([session.embed([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-3


def test_an_artefact_from_before_still_answers_and_makes_no_embeddings(
    register: Register, store_reviews: Store
) -> None:
    model = register(name="old")
    folder = models_folder() / model.artefact
    before = Session(folder).predict(["love it"])[0].answers
    _without_embedding(folder)
    old = Session(folder)
    assert old.width is None
    assert old.predict(["love it"])[0].answers["sentiment"].label == before["sentiment"].label
    model.artefact_hash = sha256_file(folder / "model.json")
    model.save()
    store_reviews(["很好"])
    assert embeddings_fill(model=model, go_on=lambda done: True) == 0


def test_near_texts_come_first_and_filters_hold(
    cast: SimpleNamespace, embedded: ModelVersion
) -> None:
    session: Any = model_open(embedded)
    mine = reviews_for(Purpose.ANALYSE, [cast.lanting])
    asked = session.embed(["太差失望 盖子漏水"])[0].tolist()
    assert set(_texts(nearest(mine, embedded, asked, 3))) == set(LEAKS)
    english = Review.objects.filter(revisions__text__in=PRAISE).values_list("pk", flat=True)
    Review.objects.filter(pk__in=list(english)).update(stars=5)
    assert set(_texts(nearest(mine.filter(stars=5), embedded, asked))) == set(PRAISE)
    assert nearest(reviews_for(Purpose.ANALYSE, [cast.northway]), embedded, asked) == []


def test_filling_again_does_nothing_and_an_edit_is_embedded_anew(embedded: ModelVersion) -> None:
    assert embeddings_fill(model=embedded, go_on=lambda done: True) == 0
    old = TextRevision.objects.order_by("pk")[0]
    TextRevision.objects.filter(pk=old.pk).update(is_current=False)
    TextRevision.objects.create(
        review_id=old.review_id, number=2, text="新的 盖子", text_hash="y", redactor_version="t"
    )
    assert embeddings_fill(model=embedded, go_on=lambda done: True) == 1


def test_a_new_champion_takes_the_place_of_the_old_ones_embeddings(
    register: Register, embedded: ModelVersion
) -> None:
    ModelVersion.objects.filter(pk=embedded.pk).update(state="retired")
    new = register(state="champion")
    assert embeddings_fill(model=new, go_on=lambda done: True) == 6
    assert embeddings_forget(champion=new) == 6
    assert set(TextEmbedding.objects.values_list("model_id", flat=True)) == {new.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            "select indexname from pg_indexes where indexname like 'textembedding_near%'"
        )
        assert cursor.fetchall() == [(index_name(new.pk),)]


def test_forgetting_reads_nothing_of_the_model_in_charge(embedded: ModelVersion) -> None:
    embeddings_forget(champion=embedded)  # indexes of models before, not inside a transaction
    assert TextEmbedding.objects.filter(model=embedded).count() == 6
    with transaction.atomic(), connection.cursor() as cursor:
        # As with many rows, where an index is the way to some of them.
        cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        before = _rows_read(cursor)
        assert embeddings_forget(champion=embedded) == 0
        assert _rows_read(cursor) == before


def _rows_read(cursor: Any) -> int:
    """Of the table of embeddings, in this transaction."""
    cursor.execute(
        "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = %s",
        [TextEmbedding._meta.db_table],
    )
    return int(cursor.fetchone()[0])


def test_what_cannot_be_found_by_meaning_is_found_by_words(
    cast: SimpleNamespace, embedded: ModelVersion, settings: Any
) -> None:
    settings.VERBATIM_TEXT_SERVICE = "/nowhere/t.sock"
    mine = reviews_for(Purpose.ANALYSE, [cast.lanting])
    found = search_page(mine, "漏水", By.MEANING)
    assert (found.by, found.without) == (By.WORDS, Without.SERVICE)
    assert {row.current[0].text for row in found.page.reviews} == set(LEAKS)
    TextEmbedding.objects.all().delete()
    assert reviews_alike(mine, "漏水").without == Without.NOTHING
    with connection.cursor() as cursor:
        cursor.execute("drop extension vector cascade")
    assert reviews_alike(mine, "漏水").without == Without.EXTENSION
    ModelVersion.objects.update(state="retired")
    assert reviews_alike(mine, "漏水").without == Without.MODEL


def test_the_page_and_rest_say_what_a_search_went_by(
    cast: SimpleNamespace, embedded: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    session: Any = model_open(embedded)
    monkeypatch.setattr(
        text_service, "embed", lambda texts: (embedded.label, session.embed(texts).tolist())
    )
    client = Client()
    client.force_login(cast.mia, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("reviews"), {"q": "漏水 盖子", "by": "meaning"}).content.decode()
    assert "the most alike first" in page

    def unavailable(texts: list[str]) -> None:
        raise text_service.TextServiceUnavailable

    monkeypatch.setattr(text_service, "embed", unavailable)
    page = client.get(reverse("reviews"), {"q": "漏水", "by": "meaning"}).content.decode()
    assert "The text service does not answer" in page
    assert "太差失望 盖子漏水了" in page
