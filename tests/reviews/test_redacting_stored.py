"""Stored reviews redacted again: every one once, with its labels, whatever interrupts."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from annotation.models import Annotation, Choice, Mention, MentionLook
from annotation.services.questions import questions_seed
from common import jobs, runner
from common.models import Job
from modelops.models import AnalysisWork
from privacy.models import AuditEntry
from reviews import redacting
from reviews.models import TextRevision
from reviews.services import redacting_stored as again
from reviews.services.lists import spread_request, values_add
from reviews.services.originals import original_open
from reviews.services.restoring import text_restored
from reviews.services.upgrading import redact_after_upgrade
from tests.analytics import factories
from tests.reviews.redaction_shop import PHONE, bring, current, source, store_as, text_of

pytestmark = pytest.mark.django_db

LEAK = f"水壶很好，打我电话{PHONE}，盖子漏水"


def run(job: Job) -> Job:
    done = runner.run_job(job.pk)
    assert done is not None
    assert done.state == Job.State.SUCCEEDED, done.error
    return done


def ask(*sources: Any, everything: bool = False) -> Job:
    return again.redact_stored_request(
        actor=None, sources=sources, version="", everything=everything
    )


def test_better_rules_replace_what_older_ones_left_and_keep_the_rest(
    cast: SimpleNamespace,
) -> None:
    shop = source(cast.lanting)
    leaking, clean = store_as(shop, LEAK), store_as(shop, "[PERSON_1] 说很好")
    old = current(leaking)
    done = run(ask(shop))
    assert text_of(leaking) == "水壶很好，打我电话[PHONE_1]，盖子漏水"
    new = current(leaking)
    assert (new.number, new.redactor_version) == (2, redacting.redactor_version())
    assert old.text[15:] != new.text[15:]
    assert new.offset_map == [[9, 20, 9, 18]]
    assert current(clean).number == 1
    assert current(clean).redactor_version == redacting.redactor_version()
    assert done.result == {
        "looked_at": 2, "changed": 1, "same": 1, "overtaken": 0, "from_original": 0,
        "not_opened": 0,
    }  # fmt: skip
    assert run(ask(shop)).result["looked_at"] == 0


def test_labels_go_along_and_a_cut_mention_waits_for_a_look(cast: SimpleNamespace) -> None:
    questions_seed()
    shop = source(cast.lanting)
    review = store_as(shop, LEAK)
    old = current(review)
    choice = Choice.objects.get(question__key="sentiment", question__active=True, key="negative")
    answer = Annotation.objects.create(
        revision=old, question=choice.question, choice=choice, annotator=cast.ann, source="page"
    )

    def mention(words: str) -> Mention:
        start = LEAK.index(words)
        return Mention.objects.create(
            revision=old, annotator=cast.ann, start=start, end=start + len(words), kind="issue"
        )

    after, cut, gone = mention("盖子漏水"), mention("打我电话138"), mention("45678")
    run(ask(shop))
    new = current(review)
    answer.refresh_from_db()
    assert (answer.revision, answer.made_on, answer.choice) == (new, old, choice)
    words = {}
    for one in (after, cut, gone):
        one.refresh_from_db()
        assert (one.revision, one.made_on) == (new, old)
        words[one.pk] = new.text[one.start : one.end]
    assert words == {after.pk: "盖子漏水", cut.pk: "打我电话", gone.pk: "[PHONE_1]"}
    assert set(MentionLook.objects.values_list("mention", flat=True)) == {cut.pk, gone.pk}


def test_the_new_text_is_asked_about_again(cast: SimpleNamespace) -> None:
    questions_seed()
    model = factories.model_version()
    shop = source(cast.lanting)
    review = store_as(shop, LEAK)
    run(ask(shop))
    work = AnalysisWork.objects.get(revision=current(review), model=model)
    assert work.state == AnalysisWork.State.TODO


def test_a_killed_job_goes_on_where_it_was_and_counts_every_review_once(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "CHUNK", 3)
    shop, other = source(cast.lanting), source(cast.lanting, "other")
    numbers = [f"call 415-555-01{n:02d} now" for n in range(8)]
    reviews = [store_as(one, text) for text in numbers for one in (shop, other)]
    job = ask(shop, other)
    save, steps = jobs.JobContext.save_checkpoint, iter(range(100))

    def dies(self: jobs.JobContext, value: dict[str, Any]) -> None:
        save(self, value)
        if next(steps) in {1, 4}:
            raise KeyboardInterrupt  # as sudden as a kill: nothing is tidied up

    monkeypatch.setattr(jobs.JobContext, "save_checkpoint", dies)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            runner.run_job(job.pk)
        Job.objects.filter(pk=job.pk).update(lease_until="2020-01-01T00:00:00Z")
    done = run(job)
    assert done.result["changed"] == done.result["looked_at"] == 16
    for review in reviews:
        assert text_of(review) == "call [PHONE_1] now"
        assert review.revisions.count() == 2


@pytest.mark.parametrize("original", ["seal", "spans"])
def test_a_sealed_original_is_redacted_anew_and_gives_back_what_the_policy_leaves(
    cast: SimpleNamespace, original: str
) -> None:
    text = f"找 anna@mail.com 或 {PHONE}"
    shop = source(cast.lanting)
    [dropped] = bring(shop, text)
    source(cast.lanting, original=original)
    shop.refresh_from_db()
    [kept] = bring(shop, text)
    assert text_of(kept) == "找 [EMAIL_1] 或 [PHONE_1]"
    source(cast.lanting, original=original, kept_types=["EMAIL"], style="typed")
    shop.refresh_from_db()
    nobody = run(ask(shop))
    assert (nobody.result["from_original"], nobody.result["not_opened"]) == (0, 1)
    assert text_of(kept) == "找 [EMAIL_1] 或 [PHONE_1]"
    job = again.redact_stored_request(actor=cast.pia, sources=[shop], version="", everything=True)
    done = run(job)
    assert text_of(kept) == "找 anna@mail.com 或 [PHONE]"
    assert text_of(dropped) == "找 [EMAIL_1] 或 [PHONE_1]"
    assert done.result["from_original"] == 1
    assert AuditEntry.objects.filter(action="original.open", object_id=str(kept.pk)).count() == 1
    assert not AuditEntry.objects.filter(action="original.refuse").exists()


def test_where_only_pieces_are_kept_the_rest_of_the_text_is_not(cast: SimpleNamespace) -> None:
    shop = source(cast.lanting, original="spans", style="block")
    text = f"水壶很好{PHONE}{'anna@mail.com'}"
    [review] = bring(shop, text)
    review.refresh_from_db()
    kept = original_open(actor=cast.pia, review=review, reason="a test of pieces")
    assert PHONE in kept
    assert "水壶" not in kept
    assert text_restored(actor=cast.pia, review=review, reason="a test of pieces") == text


def test_placeholders_in_any_style_are_left_alone_when_redacted_further(
    cast: SimpleNamespace,
) -> None:
    shop = source(cast.lanting, style="typed")
    texts = ["微信 [WECHAT] abc12345", "电话 ███████████ 12345", "order [***] 998877665544"]
    for text in texts:
        review = store_as(shop, text)
        run(ask(shop))
        once = text_of(review)
        run(ask(shop, everything=True))
        assert text_of(review) == once
        for placeholder in ("[WECHAT]", "███████████", "[***]"):
            assert (placeholder in text) == (placeholder in once)


def test_a_dry_run_counts_and_changes_nothing(cast: SimpleNamespace) -> None:
    shop = source(cast.lanting)
    review = store_as(shop, LEAK)
    out = io.StringIO()
    call_command("redact_stored", "--dry-run", "--json", "--source", "shop", stdout=out)
    assert json.loads(out.getvalue()) == {
        "dry_run": True, "looked_at": 1, "changed": 1, "same": 0, "overtaken": 0,
        "from_original": 0, "not_opened": 0,
    }  # fmt: skip
    assert text_of(review) == LEAK
    assert not Job.objects.exists()


def test_a_new_version_of_the_rules_asks_once(cast: SimpleNamespace) -> None:
    shop = source(cast.lanting)
    review = store_as(shop, LEAK)
    version = redacting.redactor_version()
    job = redact_after_upgrade(version=version)
    assert job is not None
    run(job)
    assert PHONE not in text_of(review)
    TextRevision.objects.filter(review=review).update(redactor_version="2020.1")
    assert redact_after_upgrade(version=version) is None
    assert redact_after_upgrade(version="9999.1") is not None


def test_a_listed_value_goes_from_the_stored_reviews_of_its_store(cast: SimpleNamespace) -> None:
    shop, theirs = source(cast.lanting), source(cast.northway)
    mine, other = bring(shop, "Zebulon quark was rude", "nothing about anybody")
    [foreign] = bring(theirs, "Zebulon quark was rude")
    entries = values_add(
        actor=None, stores=[cast.lanting], kind="deny", type="PERSON", values=["ZEBULON QUARK"]
    )
    [job] = spread_request(actor=None, entries=entries)
    assert "ebulon" not in json.dumps(job.arguments).lower()
    done = run(job)
    assert text_of(mine) == "[PERSON_1] was rude"
    assert (text_of(other), text_of(foreign)) == ("nothing about anybody", "Zebulon quark was rude")
    assert (done.result["looked_at"], done.result["changed"]) == (2, 1)


def test_an_edit_that_came_in_meanwhile_wins(cast: SimpleNamespace) -> None:
    shop = source(cast.lanting)
    review = store_as(shop, LEAK)
    old = current(review)
    bring(shop, "now something else", external_id=review.external_id)
    from privacy.redaction.offsets import OffsetMap
    from reviews.services.revising import NewText, revisions_replace

    done = revisions_replace(news=[NewText(old.pk, "stale", OffsetMap(), "v")])
    assert done.overtaken == 1
    assert text_of(review) == "now something else"
