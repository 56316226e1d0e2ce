"""Decisions on a request hold, whatever job or second click comes after or at the same time."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from privacy import people
from privacy.models import PersonRequest
from privacy.people import Identifier, Keeper
from privacy.services import requests
from privacy.services.requests import BadRequest
from privacy.vault.here import key_ring

pytestmark = pytest.mark.usefixtures("keys")


def _received(cast: SimpleNamespace) -> PersonRequest:
    return requests.request_receive(
        actor=cast.pia, kind="erase", law="gdpr", stores=[cast.lanting.pk],
        identifiers=[Identifier("shopper", "member-77120")],
    )  # fmt: skip


def _decide(cast: SimpleNamespace, asked: PersonRequest, decision: str) -> None:
    if decision == "refused":
        requests.request_refuse(actor=cast.pia, request=asked, reason="not the person")
    else:
        requests.request_approve(actor=cast.pia, request=asked)


@pytest.mark.django_db
@pytest.mark.parametrize("decision", ["refused", "running"])
def test_looking_again_leaves_a_decision_as_it_is(cast: SimpleNamespace, decision: str) -> None:
    asked = _received(cast)
    requests.request_look_up(request=asked)
    late = PersonRequest.objects.get(pk=asked.pk)  # as a job read it before the decision
    late.state = "received"
    _decide(cast, asked, decision)
    before = PersonRequest.objects.values().get(pk=asked.pk)
    assert before["state"] == decision
    assert requests.request_look_up(request=late).state == decision
    assert PersonRequest.objects.values().get(pk=asked.pk) == before


@pytest.mark.django_db(transaction=True)
def test_a_refusal_while_the_person_is_looked_up_holds(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _received(cast)

    def refuse() -> None:
        requests.request_refuse(actor=cast.pia, request=asked, reason="not the person")
        key_ring().store.close()
        connection.close()

    def find(subject: Any) -> list[people.Place]:
        thread = threading.Thread(target=refuse)
        thread.start()
        thread.join()
        subject.add("review", [7])
        return [people.Place("Reviews", 1)]

    slow = Keeper(name="slow", rank=99, find=find, erase=lambda actor, subject: [])
    monkeypatch.setitem(people._keepers, "slow", slow)
    requests.request_look_up(request=PersonRequest.objects.get(pk=asked.pk))
    kept = PersonRequest.objects.get(pk=asked.pk)
    assert (kept.state, kept.keys, kept.found, kept.sealed) == ("refused", {}, [], None)


@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_one_counts(cast: SimpleNamespace) -> None:
    asked = _received(cast)
    requests.request_look_up(request=asked)
    start, ends = threading.Barrier(4), []

    def click(decision: str) -> None:
        start.wait(30)
        try:
            _decide(cast, PersonRequest(pk=asked.pk), decision)
            ends.append(decision)
        except BadRequest:
            ends.append("")
        finally:
            key_ring().store.close()
            connection.close()

    names = ("refused", "running", "refused", "running")
    threads = [threading.Thread(target=click, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, ends)) == [False, False, False, True]
    assert PersonRequest.objects.get(pk=asked.pk).state == max(ends)
