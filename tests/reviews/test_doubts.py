"""Decisions in the review queue: what they do to texts, lists and tests, and that they last."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from common.commands import CommandFailure
from privacy.models import AuditEntry
from reviews import redacting
from reviews.models import Doubt, ListedValue, RedactionCase, Review
from reviews.services.cases import Case, failures, stored_cases
from reviews.services.deleting import review_delete
from reviews.services.doubts import (
    DecidedAlready,
    WordsNotFound,
    doubt_add,
    doubt_confirm,
    doubt_reject,
    personal_data_report,
)
from tests.reviews.redaction_shop import PHONE, bring, current, source, text_of

pytestmark = pytest.mark.django_db

TEXT = f"东西不错。打我电话{PHONE}，别忘了{PHONE}。很满意"


def passes(case: RedactionCase) -> bool:
    found = redacting.engine().redact(case.text).spans
    wanted = Case("", case.text, "", tuple(tuple(span) for span in case.spans))
    return not failures(wanted, [(one.start, one.end, one.type) for one in found])


def in_doubt(store: Any, *texts: str, **policy: Any) -> tuple[Review, list[Doubt]]:
    [review, *_] = bring(source(store, doubt_below=1.0, **policy), *texts)
    return review, list(review.doubts.order_by("pk"))


def test_confirming_leaves_the_text_and_becomes_a_test_without_the_value(
    cast: SimpleNamespace,
) -> None:
    review, [doubt, twin] = in_doubt(cast.lanting, TEXT)
    decision = doubt_confirm(actor=cast.pia, doubt=doubt, holds=passes)
    assert text_of(review).count("[PHONE_1]") == 2
    twin.refresh_from_db()
    assert twin.state == Doubt.State.CONFIRMED  # the same number is the same value
    assert decision.cases == 1
    [case] = stored_cases()
    assert PHONE not in case.text
    assert {(kind, end - start) for start, end, kind in case.spans} == {("PHONE", 11)}
    assert len({case.text[start:end] for start, end, _ in case.spans}) == 1
    assert "很满意" not in case.text  # the sentence, not the whole text
    with pytest.raises(DecidedAlready):
        doubt_confirm(actor=cast.pia, doubt=doubt)
    assert AuditEntry.objects.get(action="doubt.confirmed").actor == cast.pia


def test_correcting_writes_the_right_type_into_the_text(cast: SimpleNamespace) -> None:
    review, [doubt, _] = in_doubt(cast.lanting, TEXT)
    doubt_confirm(actor=cast.pia, doubt=doubt, type="ORDER_NO")
    assert text_of(review) == "东西不错。打我电话[ORDER_NO_1]，别忘了[ORDER_NO_1]。很满意"
    assert not review.doubts.filter(state=Doubt.State.OPEN).exists()


def test_rejecting_without_an_original_keeps_it_replaced(cast: SimpleNamespace) -> None:
    review, [doubt, _] = in_doubt(cast.lanting, TEXT)
    decision = doubt_reject(actor=cast.pia, doubt=doubt, reason="a test")
    assert decision.restored is False
    assert PHONE not in text_of(review)
    assert not RedactionCase.objects.exists()


@pytest.mark.parametrize("original", ["seal", "spans"])
def test_rejecting_brings_the_words_back_from_a_sealed_original_and_they_stay(
    cast: SimpleNamespace, original: str
) -> None:
    review, [doubt, _] = in_doubt(cast.lanting, TEXT, original=original)
    decision = doubt_reject(actor=cast.pia, doubt=doubt, reason="a test", keep=True)
    assert decision.restored
    assert text_of(review) == TEXT
    assert current(review).offset_map == [[9, 18, 9, 20], [22, 31, 24, 35]]
    assert ListedValue.objects.get(kind="allow").value == PHONE
    [case] = stored_cases()
    assert case.spans == ()
    assert PHONE in case.text
    # Neither a new look at the original nor one at the stored text takes them away again.
    ListedValue.objects.all().delete()
    from reviews.services.redacting_stored import Counts, redact_source

    for officer in (cast.pia, cast.max):  # max may not open originals
        redact_source(
            actor=officer, source=review.source, everything=True, after=0, counts=Counts(),
            done=lambda pk: None,
        )  # fmt: skip
        assert text_of(review) == TEXT


def test_somebody_who_may_not_open_originals_rejects_without_seeing_them(
    cast: SimpleNamespace,
) -> None:
    review, [doubt, _] = in_doubt(cast.lanting, TEXT, original="seal")
    decision = doubt_reject(actor=cast.mia, doubt=doubt, reason="a test")
    assert decision.restored is False
    assert PHONE not in text_of(review)


def test_added_words_go_everywhere_in_the_text_and_go_again_when_the_review_comes_in_again(
    cast: SimpleNamespace,
) -> None:
    shop = source(cast.lanting)
    text = "Zyx Quill 说不错，Zyx Quill 很满意 13812345678"
    [review] = bring(shop, text)
    assert "Zyx" in text_of(review)
    decision = doubt_add(
        actor=cast.pia, revision=current(review), words=" Zyx Quill ", type="PERSON", deny=True
    )
    assert text_of(review) == "[PERSON_1] 说不错，[PERSON_1] 很满意 [PHONE_1]"
    assert [entry.kind for entry in decision.entries] == ["deny"]
    [case] = stored_cases()
    assert "Zyx" not in case.text
    assert len(case.spans) == 2
    assert len({case.text[start:end] for start, end, _ in case.spans}) == 1
    ListedValue.objects.all().delete()
    bring(shop, text + "，补充一句", external_id=review.external_id)
    assert text_of(review) == "[PERSON_1] 说不错，[PERSON_1] 很满意 [PHONE_1]，补充一句"
    [doubt, _] = Doubt.objects.filter(origin="officer")
    assert doubt.sealed_value is None  # a keyed hash is enough


def test_words_that_are_not_there_are_refused(cast: SimpleNamespace) -> None:
    [review] = bring(source(cast.lanting), TEXT)
    for words in ("PHONE", "not there", " "):
        with pytest.raises(WordsNotFound):
            doubt_add(actor=cast.pia, revision=current(review), words=words, type="PERSON")
    assert current(review).number == 1


def test_a_report_hides_the_words_at_once_and_a_rejected_one_gives_them_back(
    cast: SimpleNamespace,
) -> None:
    [review] = bring(source(cast.lanting), "暗号七家的水壶很好，暗号七推荐")
    doubt = personal_data_report(
        actor=cast.ann, revision=current(review), start=0, end=3, type="PERSON"
    )
    assert text_of(review) == "[PERSON_1]家的水壶很好，[PERSON_1]推荐"
    assert (doubt.state, doubt.origin, doubt.created_by) == ("open", "report", cast.ann)
    decision = doubt_reject(actor=cast.mia, doubt=doubt, reason="a test")
    assert decision.restored
    assert text_of(review) == "暗号七家的水壶很好，暗号七推荐"
    assert not Doubt.objects.exclude(sealed_value=None).exists()


def test_a_report_nobody_looked_at_holds_when_the_review_comes_in_again(
    cast: SimpleNamespace,
) -> None:
    shop = source(cast.lanting)
    [review] = bring(shop, "暗号七家的水壶很好")
    personal_data_report(actor=cast.ann, revision=current(review), start=0, end=3, type="PERSON")
    bring(shop, "暗号七家的水壶很好，追评", external_id=review.external_id)
    assert text_of(review) == "[PERSON_1]家的水壶很好，追评"
    [waits] = review.doubts.filter(state=Doubt.State.OPEN)
    assert (waits.revision, waits.rule) == (current(review), "reported")
    assert not Doubt.objects.exclude(sealed_value=None).exists()


def test_open_doubts_follow_the_text(cast: SimpleNamespace) -> None:
    review, [first] = in_doubt(cast.lanting, f"暗号七的不错，电话{PHONE}好")
    doubt_add(actor=cast.pia, revision=current(review), words="暗号七", type="ADDRESS")
    first.refresh_from_db()
    assert first.revision == current(review)
    assert text_of(review)[first.start : first.end] == "[PHONE_1]"
    bring(review.source, "别的话", external_id=review.external_id)
    first.refresh_from_db()
    assert first.state == Doubt.State.GONE


def test_an_erased_review_takes_its_doubts_and_cases_along(cast: SimpleNamespace) -> None:
    review, [doubt, _] = in_doubt(cast.lanting, TEXT)
    doubt_confirm(actor=cast.pia, doubt=doubt, holds=passes)
    assert RedactionCase.objects.exists()
    review_delete(actor=cast.pia, stores=[cast.lanting], review_id=review.pk)
    assert not Doubt.objects.exists()
    assert not RedactionCase.objects.exists()


def test_cases_go_into_a_file_and_are_run_from_it(cast: SimpleNamespace, tmp_path: Path) -> None:
    _, [doubt, _] = in_doubt(cast.lanting, TEXT)
    doubt_confirm(actor=cast.pia, doubt=doubt, holds=passes)
    [missed] = bring(source(cast.lanting), "the qzxv9 thing")
    doubt_add(actor=cast.pia, revision=current(missed), words="qzxv9", type="WECHAT")
    file = tmp_path / "cases.jsonl"
    call_command("redaction_cases", "--export", str(file), stderr=io.StringIO())
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["pos", "pos"]
    for line in lines:
        for span in line["spans"]:
            assert line["text"][span["start"] : span["end"]] == span["text"]
    out = io.StringIO()
    with pytest.raises(CommandFailure, match="1 of 2"):
        call_command("redaction_cases", str(file), "--json", stdout=out)
    assert json.loads(out.getvalue())["passed"] == 1
    file.write_text(file.read_text().splitlines()[0] + "\n")
    call_command("redaction_cases", str(file), stdout=out)
    file.write_text('{"text": "x", "spans": [{"start": 0, "end": 9, "type": "PHONE"}]}\n')
    with pytest.raises(CommandFailure, match="line 1: spans"):
        call_command("redaction_cases", str(file))
