"""The rights of a person, from the first letter to the certificate, through the real parts."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import IdempotencyKey
from annotation import copies
from annotation.models import AuditRate
from annotation.services.audit import audit_batch
from annotation.services.labels import (
    GivenLabels,
    GivenMention,
    annotator_ensure,
    batch_items_ensure,
    labels_store,
)
from annotation.services.questions import questions_seed
from common.runner import run_job
from modelops.models import (
    HoldsErased,
    ModelVersion,
    SnapshotItem,
    TextEmbedding,
    TrainingRun,
)
from modelops.services import erased
from modelops.services.snapshots import snapshot_from_annotations
from privacy.models import AuditEntry, PersonRequest
from privacy.people import Identifier
from privacy.services import archives, carrying, erasures_replay, requests
from privacy.services.certificates import certificate_holds
from privacy.services.requests import BadRequest
from reviews import redacting
from reviews.models import (
    Doubt,
    ImportBatch,
    ListedValue,
    Purpose,
    RejectedRow,
    Review,
    Shopper,
    Source,
    TextRevision,
)
from reviews.selectors import reviews_for, reviews_matching
from reviews.services import importing, lists
from reviews.services.people import CannotCorrect
from reviews.services.removing import reviews_remove
from reviews.services.uploads import uploads_folder
from tests.analytics import factories
from tests.faults.planted import database_texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]

SHOPPER = "member-48213077"
PHONE = "138 4417 9021"
DIGITS = "13844179021"
NAME = "葛清禾"
EMAIL = "geqinghe@example.com"
# Words of theirs that redaction leaves: they must go as well.
WORDS = ("quandary-teapot", "xylophone-lid", "periwinkle-handle")
TRACES = (SHOPPER, PHONE, DIGITS, NAME, EMAIL, *WORDS, "own-1", "own-2", "own-3")


def _import(cast: SimpleNamespace, path: Path) -> ImportBatch:
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


def _one_row(path: Path, row: dict[str, str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    return path


def _file(path: Path) -> Path:
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
    path = _file(tmp_path / "march.csv")
    return lambda: _import(cast, path)


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
    snapshot = snapshot_from_annotations(actor=None, questions=["sentiment"])
    assert SnapshotItem.objects.filter(revision__review__in=mine).exists()
    SnapshotItem.objects.filter(revision__review__in=mine).update(split="train")
    run = TrainingRun.objects.create(snapshot=snapshot, base="tiny")
    ModelVersion.objects.filter(pk=champion.pk).update(run=run, questions=["sentiment"])
    factories.model_version("stranger", "retired")
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


def _tables_with(words: tuple[str, ...]) -> list[str]:
    return sorted(
        {
            f"{table}: {word}"
            for table, row in database_texts()
            if table != "pg_stat_activity"
            for word in words
            if word.lower() in row.lower()
        }
    )


def _files_with(words: tuple[str, ...]) -> list[str]:
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


def _places(request: PersonRequest, part: str = "rows") -> dict[str, int]:
    return {one["place"]: one["count"] for one in request.outcome[part]}


def test_an_erasure_reaches_every_place_and_holds(
    planted: SimpleNamespace, ask: Any, upload: Any
) -> None:
    shopper = ("shopper", SHOPPER)
    copy = ask("export", shopper)
    assert archives.archive_path(copy) is not None
    # All of it is there to be found, or the drill would prove nothing.
    assert {word for word in WORDS[:2] if _tables_with((word,))} == set(WORDS[:2])
    assert _files_with((WORDS[0],))
    assert _files_with(("own-1",)), "the archive does not name the review"

    done = ask("erase", shopper, ("phone", PHONE), ("name", NAME), ("email", EMAIL))

    assert done.state == "done", done.outcome
    rows = _places(done)
    assert rows["Reviews"] == 2
    assert rows["Rejected rows of imports"] == 1
    assert rows["Doubts about redaction"] >= 2
    assert rows["Values on the lists of redaction"] == 1
    assert ListedValue.objects.count() == 1
    assert rows["Places in the search by meaning"] == 2
    assert rows["Labels by annotators"] == 2
    assert rows["Mentions marked by annotators"] == 2
    assert rows["Places in batches"] == 2
    assert rows["Answers by models"] == 4
    assert rows["Rows of training snapshots"] == 2
    assert rows["Answers kept for repeated API requests"] == 1
    files = _places(done, "files")
    assert files["Uploaded files that were left"] == 1
    assert files["Archives made for the person"] == 1
    assert files["Copies in a labelling program"] == 2
    assert planted.handed_out == set()
    assert _tables_with(TRACES) == []
    assert _files_with(TRACES) == []
    assert not reviews_matching(Review.objects.all(), WORDS[0]).exists()
    assert done.outcome["looked"]["tables"] > 30

    # Others stay, and so does the hash of the snapshot.
    planted.snapshot.refresh_from_db()
    assert Review.objects.count() == len(planted.others) == 8
    assert planted.snapshot.items.count() == 8

    again = upload()
    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 8, 3)
    assert set(again.rejections.values_list("reason", flat=True)) >= {"erased"}
    assert _tables_with(TRACES) == []


def test_a_model_that_learned_from_the_person_is_marked_and_replaced(
    planted: SimpleNamespace, ask: Any
) -> None:
    done = ask("erase", ("shopper", SHOPPER))
    mark = HoldsErased.objects.get()
    assert (mark.model_id, mark.rows) == (planted.champion.pk, 2)
    assert done.outcome["models"] == [planted.champion.label]
    assert planted.champion.label in done.certificate
    due = erased.replacement_due()
    assert due == mark
    job = erased.replacement_start(actor=None, mark=mark)
    assert job is not None
    assert job.arguments["promote"]
    assert erased.replacement_due() is None
    # Another erasure before it is done makes another replacement due.
    reviews_remove(review_ids=[planted.others[0].pk])
    mark.refresh_from_db()
    assert (mark.rows, mark.job) == (3, None)


def test_a_restored_database_loses_the_person_again(
    cast: SimpleNamespace, upload: Any, ask: Any
) -> None:
    upload()
    before = list(Review.objects.filter(external_id__startswith="own").values())
    texts = list(TextRevision.objects.filter(review__external_id__startswith="own").values())
    people = list(Shopper.objects.values())
    rejected = RejectedRow.objects.values().get(line=4)
    ask("erase", ("review", "own-2"))
    assert not Review.objects.filter(external_id__startswith="own").exists()
    # What a restore of yesterday's dump brings back: the rows, and no word of the erasure.
    known = {one.pk for one in Shopper.objects.all()}
    Shopper.objects.bulk_create(Shopper(**row) for row in people if row["id"] not in known)
    Review.objects.bulk_create(Review(**row) for row in before)
    TextRevision.objects.bulk_create(TextRevision(**row) for row in texts)
    RejectedRow.objects.filter(line=4).update(content=rejected["content"], reason="bad_date")
    with connection.cursor() as cursor:
        cursor.execute("delete from privacy_eraseddigest")
        cursor.execute("delete from privacy_erasure")
    assert _tables_with((WORDS[0],))
    assert erasures_replay(actor=None).rows >= 3
    assert not Review.objects.filter(external_id__startswith="own").exists()
    assert _tables_with(WORDS) == []


@pytest.mark.parametrize(
    "identifier",
    [
        ("shopper", SHOPPER),
        ("review", "own-1"),
        ("phone", "+86 138-4417-9021"[4:]),
        ("email", "GEQINGHE@Example.com"),
        ("name", NAME),
    ],
)
def test_a_person_is_found_by_any_identifier(
    cast: SimpleNamespace, upload: Any, identifier: tuple[str, str]
) -> None:
    upload()
    made = requests.request_receive(
        actor=cast.pia,
        kind="export",
        law="pipl",
        stores=[cast.lanting.pk],
        identifiers=[Identifier(*identifier)],
    )
    assert made.days_left == settings.VERBATIM_REQUEST_DAYS["pipl"]
    found = requests.request_look_up(request=made)
    counts = {one["place"]: one["count"] for one in found.found}
    assert counts["Reviews"] >= 1
    assert found.state == "found"


def test_another_store_of_the_company_is_not_searched(cast: SimpleNamespace, upload: Any) -> None:
    upload()
    made = requests.request_receive(
        actor=cast.pia, kind="erase", law="gdpr", stores=[cast.northway.pk],
        identifiers=[Identifier("shopper", SHOPPER)],
    )  # fmt: skip
    assert requests.request_look_up(request=made).found == []


def test_who_it_is_stands_nowhere_in_the_clear_and_goes_with_the_request(
    cast: SimpleNamespace, upload: Any, ask: Any
) -> None:
    made = requests.request_receive(
        actor=cast.pia, kind="restrict", law="gdpr", stores=[cast.lanting.pk],
        identifiers=[Identifier("email", EMAIL), Identifier("name", NAME)],
    )  # fmt: skip
    assert made.sealed
    assert _tables_with((EMAIL, NAME)) == []
    requests.request_refuse(actor=cast.pia, request=made, reason="could not prove who they are")
    made.refresh_from_db()
    assert (made.state, made.sealed, made.keys) == ("refused", None, {})
    with pytest.raises(BadRequest):
        requests.request_approve(actor=cast.pia, request=made)


def test_a_copy_holds_everything_and_can_be_read_by_a_machine(
    planted: SimpleNamespace, ask: Any
) -> None:
    done = ask("export", ("shopper", SHOPPER))
    path = archives.archive_path(done)
    assert path is not None
    assert path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(path) as archive:
        parts = {
            name.removesuffix(".jsonl"): [
                json.loads(line) for line in archive.read(name).decode().splitlines()
            ]
            for name in archive.namelist()
            if name.endswith(".jsonl")
        }
    assert {row["external_id"] for row in parts["reviews"]} == {"own-1", "own-2"}
    assert PHONE in next(r["original"] for r in parts["reviews"] if r["external_id"] == "own-1")
    assert len(parts["labels"]) == 2
    assert len(parts["answers_by_models"]) == 4
    assert WORDS[2] in str(parts["rejected_rows"])
    assert "hand" not in str(parts["labels"]), "annotators are people, too"
    opened = AuditEntry.objects.filter(action="request.export").get()
    assert opened.actor == planted.cast.pia


def test_restricting_hides_from_every_purpose_also_what_comes_later(
    cast: SimpleNamespace, upload: Any, ask: Any, tmp_path: Path
) -> None:
    upload()
    stores = [cast.lanting]
    ask("restrict", ("shopper", SHOPPER))
    later = {"id": "own-9", "shopper": SHOPPER, "text": "One more review of mine, much later"}
    _import(cast, _one_row(tmp_path / "later.csv", later))
    for purpose in Purpose:
        found = reviews_for(purpose, stores).filter(external_id__startswith="own")
        assert not found.exists()
    ask("release", ("shopper", SHOPPER))
    found = reviews_for(Purpose.ANALYSE, stores).filter(external_id__startswith="own")
    assert found.count() == 3


def test_an_objection_takes_away_the_use_it_names(
    cast: SimpleNamespace, upload: Any, ask: Any
) -> None:
    upload()
    done = ask("object", ("review", "own-1"), purposes=["train", "label"])
    mine = {"own-1", "own-2"}

    def seen(purpose: Purpose) -> set[str]:
        found = reviews_for(purpose, [cast.lanting]).filter(external_id__in=mine)
        return set(found.values_list("external_id", flat=True))

    assert seen(Purpose.TRAIN) == seen(Purpose.LABEL) == set()
    assert seen(Purpose.ANALYSE) == mine
    assert "train" in done.certificate


def test_a_correction_must_mean_one_review(cast: SimpleNamespace, upload: Any, ask: Any) -> None:
    upload()
    wanted = {"stars": 4, "text": f"It was the wrong {WORDS[0]}; reach me on {PHONE}"}
    # By the shopper's number two reviews are found, and which one is meant is not clear.
    with pytest.raises(CannotCorrect):
        ask("correct", ("shopper", SHOPPER), wanted=wanted)


def test_a_correction_changes_one_review(cast: SimpleNamespace, ask: Any, tmp_path: Path) -> None:
    row = {"id": "7", "stars": "1", "text": "Not what I wrote about the kettle"}
    path = _one_row(tmp_path / "one.csv", row)
    _import(cast, path)
    ask("correct", ("review", "7"), wanted={"stars": 4, "text": f"Ring me on {PHONE}, it is fine"})
    _import(cast, path)
    review = Review.objects.get(external_id="7")
    text = review.revisions.get(is_current=True).text
    assert (review.stars, review.revisions.count()) == (4, 2)
    assert text == "Ring me on [PHONE_1], it is fine"


def test_the_jobs_take_a_request_to_its_end_and_a_bad_one_to_somebody(
    cast: SimpleNamespace, upload: Any
) -> None:
    upload()
    made = requests.request_receive(
        actor=cast.pia, kind="correct", law="gdpr", stores=[cast.lanting.pk],
        identifiers=[Identifier("shopper", SHOPPER)], wanted={"stars": 3},
    )  # fmt: skip
    assert run_job(made.job_id).state == "succeeded"
    made = requests.request_approve(actor=cast.pia, request=made)
    job = run_job(made.job_id)
    made.refresh_from_db()
    assert (job.state, made.state) == ("failed", "look")
    assert "2 were found" in job.error
    good = requests.request_receive(
        actor=cast.pia, kind="erase", law="gdpr", stores=[cast.lanting.pk],
        identifiers=[Identifier("shopper", SHOPPER)],
    )  # fmt: skip
    run_job(good.job_id)
    job = run_job(requests.request_approve(actor=cast.pia, request=good).job_id)
    good.refresh_from_db()
    assert (job.state, good.state) == ("succeeded", "done")
    assert SHOPPER not in str(job.result)


def test_a_certificate_cannot_be_changed(cast: SimpleNamespace, upload: Any, ask: Any) -> None:
    upload()
    text = ask("erase", ("shopper", SHOPPER)).certificate
    assert certificate_holds(text)
    assert not certificate_holds(text.replace("Reviews: 2", "Reviews: 3"))
    assert not certificate_holds("Certificate of nothing\n")


def test_a_deadline_is_put_off_once_with_a_reason(cast: SimpleNamespace) -> None:
    made = requests.request_receive(
        actor=cast.pia, kind="export", law="gdpr", stores=[cast.lanting.pk],
        identifiers=[Identifier("other", "somebody")],
    )  # fmt: skip
    due = made.due_at
    with pytest.raises(BadRequest):
        requests.request_extend(actor=cast.pia, request=made, days=61, reason="many")
    made = requests.request_extend(actor=cast.pia, request=made, days=60, reason="very many")
    assert made.due_at == due + timedelta(days=60)
    with pytest.raises(BadRequest):
        requests.request_extend(actor=cast.pia, request=made, days=5, reason="more")


@pytest.mark.parametrize(
    ("identifiers", "field"),
    [
        ([], "identifiers"),
        ([("email", "nobody")], "identifiers"),
        ([("phone", "12")], "identifiers"),
        ([("name", " ")], "identifiers"),
        ([("colour", "blue")], "identifiers"),
    ],
)
def test_a_request_that_names_nobody_is_not_taken(
    cast: SimpleNamespace, identifiers: list[tuple[str, str]], field: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        requests.request_receive(
            actor=cast.pia, kind="erase", law="gdpr", stores=[cast.lanting.pk],
            identifiers=[Identifier(*one) for one in identifiers],
        )  # fmt: skip
    assert refused.value.field == field
    assert not PersonRequest.objects.exists()
