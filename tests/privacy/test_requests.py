"""The rights of a person, from the first letter to the certificate, through the real parts."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from common.runner import run_job
from privacy.models import AuditEntry, PersonRequest
from privacy.people import Identifier
from privacy.services import archives, requests
from privacy.services.certificates import certificate_holds
from privacy.services.requests import BadRequest
from reviews.models import (
    Purpose,
    Review,
)
from reviews.selectors import reviews_for
from reviews.services.people import CannotCorrect
from tests.privacy.planted_person import (
    EMAIL,
    NAME,
    PHONE,
    SHOPPER,
    WORDS,
    import_shop,
    one_row,
    tables_with,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


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
    assert tables_with((EMAIL, NAME)) == []
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
    assert len(parts["labels"]) == len(parts["labels_before"]) == 2
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
    import_shop(cast, one_row(tmp_path / "later.csv", later))
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
    path = one_row(tmp_path / "one.csv", row)
    import_shop(cast, path)
    ask("correct", ("review", "7"), wanted={"stars": 4, "text": f"Ring me on {PHONE}, it is fine"})
    import_shop(cast, path)
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
