"""The audit trail: who may change it, and what shows when somebody did."""

# ruff: noqa: S608

from __future__ import annotations

import json
import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from common.commands import CommandFailure
from common.runner import run_job
from privacy import marks
from privacy.models import AuditEntry, AuditLink, AuditWaiting
from privacy.selectors import audit_verify
from privacy.services import audit_link, audit_record
from privacy.services.checking import check_request
from privacy.services.exporting import audit_head_export

pytestmark = pytest.mark.usefixtures("keys")
ENTRIES = 30


def _write(actor: Any, count: int = ENTRIES) -> None:
    for number in range(count):
        audit_record(
            actor=actor,
            action="review.delete" if number % 3 else "model.promote",
            object_type="review",
            object_id=number,
            details={"n": number, "share": number / 7, "words": ["数", None, True], "big": 1e23},
        )
    audit_link(wait=True)


@pytest.fixture
def trail(keys: Path, cast: SimpleNamespace) -> None:
    _write(cast.pia)


@pytest.fixture
def as_dba(db: None) -> Callable[..., None]:
    """SQL of somebody who can switch the triggers off, and does."""

    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            for table in ("privacy_auditentry", "privacy_auditlink"):
                cursor.execute(f"alter table {table} disable trigger all")
            for statement in statements:
                cursor.execute(statement)
            for table in ("privacy_auditentry", "privacy_auditlink"):
                cursor.execute(f"alter table {table} enable always trigger audit_no_change")

    return run


@pytest.mark.usefixtures("trail")
def test_a_whole_trail_is_found_whole() -> None:
    verdict = audit_verify()
    assert verdict.whole, verdict.broken
    assert (verdict.links, verdict.waiting) == (ENTRIES, 0)


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize("table", ["privacy_auditentry", "privacy_auditlink"])
@pytest.mark.parametrize(
    "statement",
    [
        "update {} set key_version = 1",
        "update {} set mac = 'x' where false",
        "delete from {}",
        "truncate {} cascade",
        "set session_replication_role = replica; delete from {}",
    ],
)
def test_the_database_refuses_every_change(table: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table privacy_auditentry enable always trigger audit_no_truncate")
        cursor.execute("alter table privacy_auditlink enable always trigger audit_no_truncate")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert AuditEntry.objects.count() == ENTRIES


def test_a_person_who_is_deleted_stays_in_the_trail(cast: SimpleNamespace) -> None:
    _write(cast.bob, 1)
    cast.bob.delete()
    assert AuditEntry.objects.get().actor_name == "bob"
    assert audit_verify().whole


def _ids() -> list[int]:
    return list(AuditLink.objects.order_by("number").values_list("entry_id", flat=True))


def _changes(pick: random.Random, ids: list[int]) -> tuple[list[str], int]:
    column, value = pick.choice(
        [
            ("actor_name", "'mia'"),
            ("actor_id", "null"),
            ("action", "action || '.'"),
            ("object_id", "object_id || '0'"),
            ("object_type", "'import'"),
            ("at", "at + interval '1 microsecond'"),
            ("details", "jsonb_set(details, '{n}', '-1')"),
            ("details", "details - 'share'"),
            ("mac", "repeat('0', 64)"),
            ("key_version", "2"),
        ]
    )
    entry = pick.choice(ids)
    return [f"update privacy_auditentry set {column} = {value} where id = {entry}"], entry


def _deletes(pick: random.Random, ids: list[int]) -> tuple[list[str], int]:
    entry = pick.choice(ids[:-1])
    statements = [f"delete from privacy_auditentry where id = {entry}"]
    if pick.random() < 0.6:
        statements.insert(0, f"delete from privacy_auditlink where entry_id = {entry}")
    if pick.random() < 0.5 and len(statements) == 2:
        # The gap closed, as somebody would who knows how it works.
        statements.append(
            "update privacy_auditlink set number = number + 1000000 where entry_id > "
            f"{entry}; update privacy_auditlink set number = number - 1000001 "
            "where number > 1000000"
        )
    return statements, ids.index(entry) + 1


_COPY = "actor_id, actor_name, action, object_type, object_id, details, key_version, mac"


def _inserts(pick: random.Random, ids: list[int]) -> tuple[list[str], int]:
    new = max(ids) + 1000
    copied = pick.choice(ids)
    statements = [
        f"insert into privacy_auditentry (id, at, {_COPY}) select {new}, at, {_COPY} "
        f"from privacy_auditentry where id = {copied}"
    ]
    how = pick.choice(["alone", "waiting", "linked"])
    if how == "waiting":
        statements.append(f"insert into privacy_auditwaiting values ({new})")
    if how == "linked":
        statements.append(
            f"insert into privacy_auditlink (number, entry_id, key_version, mac) select "
            f"max(number) + 1, {new}, 1, max(mac) from privacy_auditlink"
        )
    return statements, new


def _moves(pick: random.Random, ids: list[int]) -> tuple[list[str], int]:
    one, other = sorted(pick.sample(ids, 2))
    if pick.random() < 0.5:
        return [
            f"update privacy_auditlink set entry_id = {new} where entry_id = {old}"
            for old, new in ((one, 0), (other, one), (0, other))
        ], other
    return [
        f"update privacy_auditentry a set {column} = b.{column} from privacy_auditentry b "
        f"where a.id + b.id = {one + other} and a.id in ({one}, {other}) and a.id <> b.id"
        for column in ("at", "action", "object_id", "details", "mac")
    ], one


def _cuts(pick: random.Random, ids: list[int]) -> tuple[list[str], int]:
    kept = pick.randrange(0, len(ids))
    first = ids[kept]
    statements = [
        f"delete from privacy_auditlink where entry_id >= {first}",
        f"delete from privacy_auditentry where id >= {first}",
    ]
    return statements, kept + 1


WAYS = {"change": _changes, "delete": _deletes, "insert": _inserts, "move": _moves, "cut": _cuts}


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize("way", WAYS)
def test_every_tampering_is_found_and_its_place_named(
    way: str, as_dba: Callable[..., None], cast: SimpleNamespace
) -> None:
    """Twenty of each of the five ways, after which Verbatim goes on writing half of the time."""
    pick = random.Random(f"tamper {way}")
    ids = _ids()
    for _ in range(20):
        point = transaction.savepoint()
        mark = marks.mark_read()
        statements, place = WAYS[way](pick, ids)
        as_dba(*statements)
        grown = pick.random() < 0.5
        if grown:
            audit_record(actor=cast.mia, action="x", object_type="y", object_id=1)
            audit_link(wait=True)
        broken = audit_verify().broken
        assert broken is not None, (way, statements)
        if way == "cut" and grown:
            # What came after fits what was left: the cut lies there or before.
            place += 1
        assert place in {broken.entry, broken.link}, (str(broken), statements)
        transaction.savepoint_rollback(point)
        assert mark is not None
        marks.mark_reset(*mark)
    assert audit_verify().whole


def test_a_tail_that_was_cut_and_grown_again_shows(
    cast: SimpleNamespace, as_dba: Callable[..., None]
) -> None:
    _write(cast.pia, 10)
    first = _ids()[-1]
    as_dba(
        f"delete from privacy_auditlink where entry_id >= {first}",
        f"delete from privacy_auditentry where id >= {first}",
    )
    _write(cast.mia, 20)
    broken = audit_verify().broken
    assert broken is not None
    assert (broken.what, broken.link) == ("cut", 10)


def test_a_cut_shows_by_the_exported_head_alone(
    cast: SimpleNamespace, as_dba: Callable[..., None], keys: Path
) -> None:
    _write(cast.pia, 10)
    exported = audit_head_export()
    assert exported is not None
    assert exported.number == 10
    last = _ids()[-1]
    as_dba(
        f"delete from privacy_auditlink where entry_id = {last}",
        f"delete from privacy_auditentry where id = {last}",
    )
    (keys / "audit" / "mark.json").unlink()
    broken = audit_verify().broken
    assert broken is not None
    assert broken.link == 10


@pytest.mark.usefixtures("trail")
def test_a_list_of_heads_that_was_changed_shows(keys: Path) -> None:
    audit_head_export()
    path = keys / "audit" / "heads.jsonl"
    path.write_text(path.read_text().replace(f'"number": {ENTRIES}', '"number": 3'))
    broken = audit_verify().broken
    assert broken is not None
    assert broken.what == "mark"


def test_what_is_not_linked_yet_is_no_tampering(cast: SimpleNamespace) -> None:
    audit_record(actor=cast.mia, action="x", object_type="y", object_id=1)
    verdict = audit_verify()
    assert verdict.whole
    assert verdict.waiting == 1
    AuditWaiting.objects.all().delete()
    assert not audit_verify().whole


def test_a_trigger_that_is_off_is_named(as_dba: Callable[..., None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("alter table privacy_auditlink disable trigger audit_no_change")
    assert any("audit_no_change on privacy_auditlink" in one for one in audit_verify().unguarded)


def _shown(person: Any, query: str = "") -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("audit") + query)
    return response.content.decode() if response.status_code == 200 else str(response.status_code)


def test_the_privacy_officer_finds_who_did_what(cast: SimpleNamespace) -> None:
    audit_record(actor=cast.max, action="model.promote", object_type="model", object_id=7)
    audit_record(actor=cast.mia, action="review.delete", object_type="review", object_id=8)
    everything = _shown(cast.pia)
    assert "put a model in charge" in everything.split("<tbody>")[1]
    assert "deleted a review" in everything.split("<tbody>")[1]
    by_mia = _shown(cast.pia, "?who=mia").split("<tbody>")[1]
    assert "deleted a review" in by_mia
    assert "put a model in charge" not in by_mia
    assert "deleted" not in _shown(cast.pia, "?what=model.promote").split("<tbody>")[1]
    assert "No entry fits" in _shown(cast.pia, "?to=2020-01-01")
    assert "<tbody>" in _shown(cast.pia, "?from=nonsense")


@pytest.mark.parametrize("name", ["mia", "ann", "ivo", "max", "bob"])
def test_nobody_else_sees_the_trail(cast: SimpleNamespace, name: str) -> None:
    assert _shown(getattr(cast, name)) == "403"


def test_a_check_says_what_it_found(cast: SimpleNamespace, as_dba: Callable[..., None]) -> None:
    _write(cast.pia, 5)
    job = check_request(actor=cast.pia)
    assert job is not None
    assert check_request(actor=cast.pia) is None
    run_job(job.pk)
    assert "whole, 5 entries" in _shown(cast.pia)
    as_dba(f"update privacy_auditentry set object_id = 'x' where id = {_ids()[2]}")
    again = check_request(actor=cast.pia)
    assert again is not None
    run_job(again.pk)
    assert f"Entry {_ids()[2]} was changed." in _shown(cast.pia)


def test_the_command_names_the_first_broken_row_and_fails(
    cast: SimpleNamespace, as_dba: Callable[..., None]
) -> None:
    _write(cast.pia, 5)
    out = StringIO()
    call_command("verify_audit", "--json", stdout=out)
    assert json.loads(out.getvalue())["links"] == 5
    as_dba(f"update privacy_auditentry set object_id = 'x' where id in ({_ids()[1]}, {_ids()[3]})")
    with pytest.raises(CommandFailure, match=f"entry {_ids()[1]} was changed"):
        call_command("verify_audit", stdout=StringIO(), stderr=StringIO())


def test_the_head_is_printed_for_another_place_to_keep(cast: SimpleNamespace) -> None:
    _write(cast.pia, 3)
    out = StringIO()
    call_command("export_audit_head", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert found["number"] == 3
    assert found["head"] == AuditLink.objects.get(number=3).mac


def test_a_role_as_the_docs_make_it_writes_the_trail_and_cannot_open_it_up(
    cast: SimpleNamespace,
) -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "look-after-keys.md"
    [recipe] = [
        piece.split("```")[0]
        for piece in page.read_text().split("```sql\n")
        if piece.startswith("create role")
    ]
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("create role verbatim_app nologin")
        cursor.execute("grant all on all tables in schema public to verbatim_app")
        cursor.execute("grant all on all sequences in schema public to verbatim_app")
        for table in ("privacy_auditentry", "privacy_auditlink"):
            cursor.execute(f"revoke all on {table} from verbatim_app")
            cursor.execute(f"alter table {table} enable always trigger audit_no_truncate")
        cursor.execute("revoke all on sequence privacy_auditentry_id_seq from verbatim_app")
        cursor.execute(recipe.replace("to verbatim;", "to verbatim_app;"))
        cursor.execute("set local role verbatim_app")
    _write(cast.pia, 3)
    verdict = audit_verify()
    assert (verdict.whole, verdict.links, verdict.unguarded) == (True, 3, [])
    for statement, why in (
        ("alter table privacy_auditentry disable trigger all", "owner"),
        ("drop function privacy_audit_refuse() cascade", "owner"),
        ("update privacy_auditlink set number = 9", "denied"),
        ("set session_replication_role = replica", "denied"),
    ):
        with (
            pytest.raises(DatabaseError, match=why),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
