"""A corrected text is redacted as its source wants it, and nothing brings the old one back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from common import runner
from common.models import Job
from privacy.redaction.offsets import OffsetMap
from privacy.vault.here import key_ring
from reviews import redacting
from reviews.models import Doubt, LeftOut, Review, Source
from reviews.services import redacting_stored
from reviews.services.correcting import CannotCorrect
from reviews.services.doubts import personal_data_report
from reviews.services.restoring import text_restored
from reviews.services.revising import NewText, revisions_replace
from tests.privacy.planted_person import import_shop, one_row
from tests.reviews.redaction_shop import PHONE, bring, current, source, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]

WRONG = f"They never came, I called {PHONE} and shouted"
RIGHT = f"They came late, I called {PHONE} and asked"


def _correct(ask: Any, review: Review, text: str) -> None:
    done = ask("correct", ("review", review.external_id), wanted={"text": text})
    assert done.state == "done", done.outcome


def _redact_again(cast: SimpleNamespace, shop: Source) -> Job:
    job = redacting_stored.redact_stored_request(
        actor=cast.pia, sources=[shop], version="", everything=True
    )
    done = runner.run_job(job.pk)
    assert done is not None
    assert done.state == Job.State.SUCCEEDED, done.error
    return done


@pytest.mark.parametrize("original", ["seal", "spans"])
def test_a_correction_stands_when_stored_reviews_are_redacted_again(
    cast: SimpleNamespace, ask: Any, original: str
) -> None:
    shop = source(cast.lanting, original=original)
    [review] = bring(shop, WRONG)
    _correct(ask, review, RIGHT)
    assert _redact_again(cast, shop).result["from_original"] == 1
    assert text_of(review) == RIGHT.replace(PHONE, "[PHONE_1]")
    review.refresh_from_db()
    assert text_restored(actor=cast.pia, review=review, reason="a test") == RIGHT


def test_another_number_in_the_same_words_is_the_one_that_is_kept(
    cast: SimpleNamespace, ask: Any
) -> None:
    """The redacted text is the same as before, and was itself made from one that hid less."""
    shop = source(cast.lanting, original="spans", kept_types=["PHONE"])
    [review] = bring(shop, WRONG)
    source(cast.lanting, original="spans")
    _redact_again(cast, shop)
    other = WRONG.replace(PHONE, "13987654321")
    _correct(ask, review, other)
    review.refresh_from_db()
    assert current(review).number == 2
    assert text_restored(actor=cast.pia, review=review, reason="a test") == other


def test_where_originals_are_dropped_by_now_the_old_one_goes_with_its_key(
    cast: SimpleNamespace, ask: Any
) -> None:
    [review] = bring(source(cast.lanting, original="seal"), WRONG)
    assert key_ring().store.count() == 1
    Source.objects.update(original_policy=Source.OriginalPolicy.DROP)
    _correct(ask, review, RIGHT)
    review.refresh_from_db()
    assert (review.sealed_original, review.seal_key_version) == (None, None)
    assert key_ring().store.count() == 0


def test_a_correction_is_redacted_by_the_policy_of_its_source(
    cast: SimpleNamespace, ask: Any
) -> None:
    shop = source(cast.lanting, style="typed", kept_types=["EMAIL"])
    [review] = bring(shop, WRONG)
    before = current(review).redactor_version
    _correct(ask, review, f"{RIGHT}, or write to anna@mail.com")
    assert text_of(review) == f"{RIGHT.replace(PHONE, '[PHONE]')}, or write to anna@mail.com"
    assert current(review).redactor_version == before


def test_a_correction_is_cleaned_and_counted_as_what_comes_in(
    cast: SimpleNamespace, ask: Any
) -> None:
    [review] = bring(source(cast.lanting), "此用户没有填写评价。")
    _correct(ask, review, "It pours &amp; never drips, a kettle\u200b for life")
    review.refresh_from_db()
    assert text_of(review) == "It pours & never drips, a kettle for life"
    assert (review.language, review.left_out) == ("en", LeftOut.NOTHING)
    with pytest.raises(CannotCorrect, match="no words"):
        _correct(ask, review, " \u200b ")


def test_the_old_file_does_not_bring_the_old_text_back_under_better_rules(
    cast: SimpleNamespace, ask: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"id": "7", "stars": "1", "text": WRONG}
    import_shop(cast, one_row(tmp_path / "old.csv", row))
    ask("correct", ("review", "7"), wanted={"stars": 4, "text": RIGHT})
    monkeypatch.setattr(redacting, "redactor_version", lambda: "2999.1")
    import_shop(cast, tmp_path / "old.csv")
    review = Review.objects.get(external_id="7")
    assert (review.stars, text_of(review)) == (4, RIGHT.replace(PHONE, "[PHONE_1]"))
    # What the shop says anew is no older than the correction.
    import_shop(cast, one_row(tmp_path / "new.csv", row | {"text": "It came after all, thanks"}))
    assert text_of(review) == "It came after all, thanks"


def test_what_was_in_doubt_about_the_wrong_text_waits_for_nobody(
    cast: SimpleNamespace, ask: Any
) -> None:
    wrong = "The old quillmaster sold me this, it leaks"
    [review] = bring(source(cast.lanting), wrong)
    start = wrong.index("quillmaster")
    old = personal_data_report(
        actor=cast.ann, revision=current(review), start=start, end=start + 11, type="PERSON"
    )
    assert old.sealed_value is not None
    _correct(ask, review, "It was the young quillmaster who sold it, it pours well")
    old.refresh_from_db()
    assert (old.state, old.sealed_value) == (Doubt.State.GONE, None)
    # The same words were reported: they stay replaced, and wait in their new place.
    assert "quillmaster" not in text_of(review)
    waiting = Doubt.objects.get(review=review, state=Doubt.State.OPEN)
    assert waiting.revision == current(review)
    assert text_of(review)[waiting.start : waiting.end] == "[PERSON_1]"


def test_what_was_kept_of_a_doubt_goes_when_its_place_is_redacted_away(
    cast: SimpleNamespace,
) -> None:
    text = "Ask the quillmaster for it, it leaks"
    [review] = bring(source(cast.lanting), text)
    doubt = personal_data_report(
        actor=cast.ann, revision=current(review), start=8, end=19, type="PERSON"
    )
    cut = OffsetMap(((4, doubt.end, 4, 14),))
    new = NewText(doubt.revision_id, "Ask [PERSON_9] for it, it leaks", cut, "x")
    revisions_replace(news=[new])
    doubt.refresh_from_db()
    assert (doubt.state, doubt.sealed_value) == (Doubt.State.GONE, None)
