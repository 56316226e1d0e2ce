"""Opening an original by page: who may, what it shows, and what it leaves behind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from privacy.models import AuditEntry
from privacy.services import shopper_key_destroy
from privacy.services.sealing import sealed_key
from reviews.models import Review
from tests.privacy.conftest import keys
from tests.reviews.redaction_shop import PHONE, bring, source
from tests.reviews.test_pages_redaction import signed_in

__all__ = ["keys"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("keys")]

TEXT = f"卖家没回复，打我电话{PHONE}"
WHY = "the courier asks for a number"


def _page(review: Review) -> str:
    return reverse("review-original", args=[review.pk])


@pytest.fixture
def sealed(cast: SimpleNamespace) -> Review:
    [review] = bring(source(cast.lanting, original="seal"), TEXT)
    return review


def test_the_officer_opens_it_for_a_reason_which_is_kept(
    cast: SimpleNamespace, sealed: Review
) -> None:
    officer = signed_in(cast.pia)
    assert _page(sealed) in officer.get(reverse("review", args=[sealed.pk])).content.decode()
    before = officer.get(_page(sealed))
    assert before.status_code == 200
    assert PHONE not in before.content.decode()
    assert not AuditEntry.objects.filter(action="original.open").exists()
    opened = officer.post(_page(sealed), {"reason": WHY})
    assert TEXT in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    trace = AuditEntry.objects.get(action="original.open", object_id=str(sealed.pk))
    assert (trace.actor_name, trace.details["reason"]) == ("pia", WHY)
    assert PHONE not in officer.get(_page(sealed)).content.decode()


@pytest.mark.parametrize("reason", ["", "why"])
def test_without_a_reason_it_stays_closed(
    cast: SimpleNamespace, sealed: Review, reason: str
) -> None:
    answer = signed_in(cast.pia).post(_page(sealed), {"reason": reason})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert PHONE not in answer.content.decode()
    assert not AuditEntry.objects.filter(action="original.open").exists()


def test_nobody_else_opens_it(cast: SimpleNamespace, sealed: Review) -> None:
    for person in (cast.mia, cast.ann, cast.ivo, cast.max):
        client = signed_in(person)
        assert client.get(_page(sealed)).status_code == 403
        assert client.post(_page(sealed), {"reason": WHY}).status_code == 403
    shown = signed_in(cast.mia).get(reverse("review", args=[sealed.pk]))
    assert _page(sealed) not in shown.content.decode()
    cast.pia.stores.set([cast.northway])
    assert signed_in(cast.pia).post(_page(sealed), {"reason": WHY}).status_code == 404


def test_of_pieces_the_text_is_put_together_again(cast: SimpleNamespace) -> None:
    [review] = bring(source(cast.lanting, original="spans"), TEXT)
    shown = signed_in(cast.pia).post(_page(review), {"reason": WHY}).content.decode()
    assert TEXT in shown
    assert "only the pieces" in shown


def test_what_cannot_be_opened_is_said(cast: SimpleNamespace, sealed: Review) -> None:
    [dropped] = bring(source(cast.lanting, "drops"), TEXT)
    officer: Any = signed_in(cast.pia)
    assert "No original is kept" in officer.get(_page(dropped)).content.decode()
    assert sealed.sealed_original is not None
    shopper_key_destroy(actor=cast.pia, keys=[sealed_key(sealed.sealed_original)])
    answer = officer.post(_page(sealed), {"reason": WHY})
    assert answer.status_code == 422
    assert "cannot be opened any more" in answer.content.decode()
