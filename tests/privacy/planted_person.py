"""A person who is everywhere, the request about them, and a look for what is left."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import IdempotencyKey
from annotation import copies
from annotation.models import (
    Adjudication,
    Annotation,
    AnswerBefore,
    AuditRate,
    Consensus,
    GoldAnswer,
    Question,
    Suspect,
)
from annotation.services.answers_before import keep
from annotation.services.audit import audit_batch
from annotation.services.labels import (
    GivenLabels,
    GivenMention,
    annotator_ensure,
    batch_items_ensure,
    labels_store,
)
from annotation.services.questions import questions_seed
from modelops.models import (
    ModelVersion,
    SnapshotItem,
    TextEmbedding,
    TrainingRun,
)
from modelops.services.snapshots import snapshot_from_annotations
from privacy.models import PersonRequest
from privacy.people import Identifier
from privacy.services import carrying, requests
from reviews import redacting
from reviews.models import (
    Doubt,
    ImportBatch,
    Review,
    Source,
)
from reviews.services import importing, lists
from reviews.services.uploads import uploads_folder
from tests.analytics import factories
from tests.faults.planted import database_texts

SHOPPER = "member-48213077"
PHONE = "138 4417 9021"
DIGITS = "13844179021"
NAME = "葛清禾"
EMAIL = "geqinghe@example.com"
# Words of theirs that redaction leaves: they must go as well.
WORDS = ("quandary-teapot", "xylophone-lid", "periwinkle-handle")
TRACES = (SHOPPER, PHONE, DIGITS, NAME, EMAIL, *WORDS, "own-1", "own-2", "own-3")


def import_shop(cast: SimpleNamespace, path: Path) -> ImportBatch:
    source = importing.source_ensure(actor=cast.ivo, store=cast.lanting, key="shop")
    batch = importing.import_begin(
        actor=cast.ivo, source=source, path=path, file_name=path.name, mapping={}, job=None
    )
    return importing.import_run(
        actor=cast.ivo,
        batch=batch,
        path=path,
        redact=redacting.redact,
        redactor_version=redacting.redactor_version(),
    )


def one_row(path: Path, row: dict[str, str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    return path


def shop_file(path: Path) -> Path:
    """Three rows of the person's (one of them refused), and two of somebody else's."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "product_id", "shopper", "date", "stars", "text"])
        first = f"The {WORDS[0]} leaks, call me on {PHONE} please, I bought two of them"
        writer.writerow(["own-1", "P-1", SHOPPER, "2026-03-01", "1", first])
        second = f"Follow-up: the {WORDS[1]} broke as well. 我叫{NAME}, mail {EMAIL}"
        writer.writerow(["own-2", "P-1", SHOPPER, "2026-03-09", "2", second])
        third = f"Refused since it has no such day: {WORDS[2]}"
        writer.writerow(["own-3", "P-1", SHOPPER, "2026-02-31", "3", third])
        for number in range(8):
            text = f"A kettle as it should be, number {number}, it boils and it pours well"
            writer.writerow([f"other-{number}", "P-1", f"x{number}", "2026-03-02", "5", text])
    return path


@pytest.fixture
def upload(cast: SimpleNamespace, tmp_path: Path) -> Callable[[], ImportBatch]:
    source = importing.source_ensure(actor=cast.ivo, store=cast.lanting, key="shop")
    Source.objects.filter(pk=source.pk).update(original_policy=Source.OriginalPolicy.SEAL)
    path = shop_file(tmp_path / "march.csv")
    return lambda: import_shop(cast, path)


def settle(reviews: list[Review], lead: Any) -> None:
    """A lead's decision, the consensus and a doubt about each of `reviews`."""
    asked = Question.objects.get(key="sentiment", active=True)
    choice, other = asked.choices.all()[:2]
    for review in reviews:
        about = {
            "revision": review.revisions.get(is_current=True), "question": asked, "choice": choice
        }  # fmt: skip
        Adjudication.objects.create(**about, decided_by=lead)
        Consensus.objects.create(**about, probability=0.9, answers=2, newest=1)
        Suspect.objects.create(**about, suggested=other, score=0.1, rank=1, ranked=9)


@pytest.fixture
def planted(
    cast: SimpleNamespace, upload: Callable[[], ImportBatch], client: Any
) -> SimpleNamespace:
    """The person is everywhere: reviews, labels, answers, a snapshot, copies, files."""
    questions_seed()
    # No review is drawn for the audit sample by chance: those are never learned from.
    AuditRate.objects.all().delete()
    batch = upload()
    assert (batch.created, batch.rejected) == (10, 1)
    champion = factories.model_version("starter")
    reviews = list(Review.objects.order_by("pk"))
    for review in reviews:
        factories.answer(review, champion, sentiment="negative", purchase_intent="none")
    labels = [
        GivenLabels(
            review.pk,
            {"sentiment": "negative" if review.stars and review.stars < 3 else "positive"},
            mentions=[GivenMention(0, 5, "issue", "product")],
        )
        for review in reviews
    ]
    hand = annotator_ensure(name="hand")
    labels_store(actor=None, annotator=hand, labels=labels, source="page")
    mine = list(Review.objects.filter(shopper__isnull=False, external_id__startswith="own"))
    answers = Annotation.objects.filter(revision__review__in=mine).order_by("pk")
    keep(answers, AnswerBefore.Why.CARRIED, None)
    snapshot = snapshot_from_annotations(actor=None, questions=["sentiment"])
    assert SnapshotItem.objects.filter(revision__review__in=mine).exists()
    SnapshotItem.objects.filter(revision__review__in=mine).update(split="train")
    settle(mine, hand)
    run = TrainingRun.objects.create(snapshot=snapshot, base="tiny")
    ModelVersion.objects.filter(pk=champion.pk).update(run=run, questions=["sentiment"])
    factories.model_version("stranger", "retired")
    first = Annotation.objects.filter(revision__review=mine[0]).get()
    GoldAnswer.objects.create(
        revision=first.revision, question=first.question, choice=first.choice, note=WORDS[0]
    )
    batch_items_ensure(batch=audit_batch(), review_ids=[one.pk for one in mine], probability=0.5)
    IdempotencyKey.objects.create(
        principal="key:1", key="k", status=200, created_at=timezone.now(),
        answer={"results": [{"id": "own-1", "status": "created"}]},
    )  # fmt: skip
    (uploads_folder() / "left.csv").write_text(f"text\n{WORDS[0]} {PHONE}\n", "utf-8")
    lists.values_add(
        actor=None,
        stores=[cast.lanting],
        kind="deny",
        values=[NAME, "Somebody Else"],
        type="PERSON",
    )
    for one in mine:
        revision = one.revisions.get(is_current=True)
        Doubt.objects.create(
            review=one, revision=revision, start=0, end=3, type="PERSON", origin="officer"
        )
        TextEmbedding.objects.create(revision=revision, model=champion, vector=[1.0] * 3)
    handed_out = {one.pk for one in mine}
    copies.register(
        copies.Copies(
            "Copies in a labelling program",
            count=lambda ids: len(handed_out & set(ids)),
            erase=lambda ids: len([handed_out.discard(pk) or pk for pk in ids if pk in handed_out]),
        )
    )
    yield SimpleNamespace(
        cast=cast, champion=champion, mine=mine, snapshot=snapshot, handed_out=handed_out,
        others=[one for one in reviews if one not in mine],
    )  # fmt: skip
    copies.unregister("Copies in a labelling program")


@pytest.fixture
def ask(
    cast: SimpleNamespace, django_capture_on_commit_callbacks: Any
) -> Callable[..., PersonRequest]:
    """Receive a request, look the person up, approve it and carry it out, as the jobs do."""

    def run(
        kind: str, *identifiers: tuple[str, str], law: str = "gdpr", **more: Any
    ) -> PersonRequest:
        with django_capture_on_commit_callbacks(execute=True):
            made = requests.request_receive(
                actor=cast.pia,
                kind=kind,
                law=law,
                stores=[cast.lanting.pk],
                identifiers=[Identifier(*one) for one in identifiers],
                **more,
            )
            requests.request_look_up(request=made)
            made = requests.request_approve(actor=cast.pia, request=made)
            carrying.request_carry_out(actor=cast.pia, request=made)
        made.refresh_from_db()
        return made

    return run


def tables_with(words: tuple[str, ...]) -> list[str]:
    return sorted(
        {
            f"{table}: {word}"
            for table, row in database_texts()
            if table != "pg_stat_activity"
            for word in words
            if word.lower() in row.lower()
        }
    )


def files_with(words: tuple[str, ...]) -> list[str]:
    found = []
    for path in settings.VERBATIM_HOME.root.rglob("*"):
        top = path.relative_to(settings.VERBATIM_HOME.root).parts[0]
        if path.is_file() and top not in {"postgres", "postgres-binaries"}:
            content = path.read_bytes()
            if path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    content = b"\n".join(archive.read(name) for name in archive.namelist())
            found += [f"{path.name}: {word}" for word in words if word.encode() in content]
    return found


def places(request: PersonRequest, part: str = "rows") -> dict[str, int]:
    return {one["place"]: one["count"] for one in request.outcome[part]}
