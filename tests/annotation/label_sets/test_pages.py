"""The pages on which leads change label sets and the guideline, and the command."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from annotation.guideline_text import shipped
from annotation.models import (
    Annotation,
    AuditRate,
    Batch,
    Choice,
    Guideline,
    GuidelineDraft,
    Question,
)
from annotation.services import guidelines
from annotation.services.guidelines import BadDraft, draft_publish, draft_save, guideline_seed
from annotation.services.label_sets import label_set_change
from annotation.services.questions import questions_seed
from common.commands import CommandFailure
from privacy.models import AuditEntry
from tests.analytics import factories
from tests.annotation.label_sets.world import MERGE, RENAME, SPLIT, label

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded(db: None) -> None:
    AuditRate.objects.update(rate=0)
    questions_seed()
    guideline_seed()


@pytest.fixture
def lead(cast: SimpleNamespace, client: Client) -> Client:
    client.force_login(cast.max)
    return client


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def test_only_leads_come_in(cast: SimpleNamespace, client: Client) -> None:
    pages = ["label-sets", "guideline", "guideline-edit"]
    for person in (cast.ann, cast.mia, cast.bob):
        client.force_login(person)
        for name in pages:
            assert client.get(reverse(name)).status_code == 403
        assert client.get(reverse("label-set-change", args=["sentiment"])).status_code == 403
        assert client.post(reverse("guideline-publish")).status_code == 403
    client.force_login(cast.max)
    for name in pages:
        assert client.get(reverse(name)).status_code == 200
    assert client.get(reverse("label-set-change", args=["mood"])).status_code == 404


def test_a_change_is_put_together_looked_at_agreed_to_and_taken_back(
    cast: SimpleNamespace, lead: Client
) -> None:
    label(cast, 10)
    address = reverse("label-set-change", args=["sentiment"])
    sent: dict[str, Any] = {"action": "add", "changes": "", **RENAME}
    page = lead.post(address, sent).content.decode()
    split = {
        "action": "add", "changes": hidden(page, "changes"), "op": "split", "choice": "negative",
        "people": "relabel", "models": "2",
        "key_1": "let_down", "name_en_1": "let down", "name_zh_1": "失望", "polarity_1": "-1",
        "key_2": "angry", "name_en_2": "angry", "name_zh_2": "愤怒", "polarity_2": "-1",
    }  # fmt: skip
    page = lead.post(address, split).content.decode()
    assert "Of 20 answers by people, 16 are carried over and 4 have to be given anew." in page
    assert "Of 10 answers by models, 10 are carried over." in page
    assert Question.objects.filter(key="sentiment").count() == 1
    done = {
        "action": "apply",
        "changes": hidden(page, "changes"),
        "fingerprint": hidden(page, "fingerprint"),
    }
    refused = lead.post(address, done)
    assert refused.status_code == 400
    assert "Tick the numbers first" in refused.content.decode()
    listed = lead.post(address, done | {"agreed": "yes", "note": "too coarse"}, follow=True)
    shown = listed.content.decode()
    assert "16 answers were carried over, 4 are to be given anew" in shown
    assert "too coarse" in shown
    assert "speaks of answers that are no longer asked for" in shown  # the guideline does
    change = re.search(r"label-sets/undo/(\d+)/", shown)
    assert change
    back = lead.post(reverse("label-set-undo", args=[change[1]]), follow=True).content.decode()
    assert "16 answers are what they were" in back
    assert Annotation.objects.filter(question__version=1).count() == 40


def test_a_bad_step_keeps_the_steps_before_it(cast: SimpleNamespace, lead: Client) -> None:
    address = reverse("label-set-change", args=["sentiment"])
    page = lead.post(address, {"action": "add", "changes": "", **RENAME}).content.decode()
    bad = {"action": "add", "changes": hidden(page, "changes"), "op": "retire", "choice": "joy"}
    answer = lead.post(address, bad)
    assert answer.status_code == 400
    assert "There is no choice “joy”" in html.unescape(answer.content.decode())
    assert json.loads(hidden(answer.content.decode(), "changes")) == [RENAME]
    damaged = lead.post(address, {"action": "add", "changes": "{"})
    assert damaged.status_code == 400


def test_the_labelling_page_and_the_filters_ask_what_is_asked_now(
    cast: SimpleNamespace, lead: Client
) -> None:
    label_set_change(actor=None, question="sentiment", changes=[RENAME])
    label_set_change(actor=None, question="purchase_intent", changes=[MERGE])
    factories.model_version("small")
    review = factories.review(cast.lanting)
    batch = Batch.objects.create(name="b", design="given", state="open")
    batch.items.create(review=review)
    shown = lead.get(reverse("label-batch", args=[batch.pk])).content.decode()
    assert "pleased" in shown
    assert "not_yet" in shown
    listed = lead.get(reverse("reviews")).content.decode()
    assert '<option value="not_yet">not yet</option>' in listed
    assert lead.get(reverse("dashboard")).status_code == 200


def edited(text: str) -> str:
    assert "### Mild" in text
    return text.replace("### Mild", "### Quite mild", 1)


def test_publishing_names_the_clauses_and_proposes_whom_to_ask_again(
    cast: SimpleNamespace, lead: Client
) -> None:
    label(cast, 20, people=1)
    texts = {"text_en": edited(shipped("en")), "text_zh": shipped("zh"), "note": "doubts"}
    page = lead.post(reverse("guideline-edit"), texts, follow=True).content.decode()
    clause = re.search(r"<td><code>([a-z-]+)</code>", page)
    assert clause
    assert "<td>Sentiment: positive</td>" in page
    assert "Publish as version 2" in page
    assert Guideline.objects.count() == 1
    lead.post(reverse("guideline-publish"), {"sample": "5"})
    made = Guideline.objects.first()
    assert made is not None
    assert (made.version, made.published_by, made.shipped) == (2, cast.max, None)
    assert [one["id"] for one in made.changed] == [clause[1]]
    batch = Batch.objects.get(relabelling__guideline_version=2)
    assert (batch.state, batch.items.count()) == ("draft", 5)
    about = {one.partition(":")[2] for one in made.changed[0]["about"]}
    chosen = Annotation.objects.filter(
        revision__review__in=batch.items.values("review"), question__key="sentiment"
    )
    assert set(chosen.values_list("choice__key", flat=True)) <= about
    assert AuditEntry.objects.filter(action="guideline.publish").exists()
    assert not GuidelineDraft.objects.exists()


def test_a_broken_text_is_kept_and_not_published(cast: SimpleNamespace, lead: Client) -> None:
    broken = shipped("en").replace("`read-the-text` general", "read the text", 1)
    draft_save(actor=cast.max, text_en=broken, text_zh=shipped("zh"))
    line = broken.split("\n").index("### Read the text, nothing else") + 1
    page = lead.get(reverse("guideline-edit")).content.decode()
    assert f'<td class="v-number">{line}</td>' in page
    with pytest.raises(BadDraft) as refused:
        draft_publish(actor=cast.max)
    assert [(one.language, one.line) for one in refused.value.problems] == [("en", line)]
    assert GuidelineDraft.objects.get().text_en == broken
    assert Guideline.objects.count() == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("`own-view` general", "`read-the-text` general", "has this name already"),
        ("`own-view` general", "`own-views` general", "not in the"),
        ("`own-view` general", "`own-view` sentiment: joyful", "sentiment:joyful"),
        ("`own-view` general", "`own-view`", "what it is about"),
    ],
)
def test_each_fault_of_the_structure_is_named(
    cast: SimpleNamespace, old: str, new: str, told: str
) -> None:
    draft_save(actor=None, text_en=shipped("en").replace(old, new, 1), text_zh=shipped("zh"))
    with pytest.raises(BadDraft) as refused:
        draft_publish(actor=None)
    assert any(told in one.message for one in refused.value.problems)


def test_a_newer_text_of_the_product_never_replaces_an_own_one(
    cast: SimpleNamespace, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_save(actor=cast.max, text_en=edited(shipped("en")), text_zh=shipped("zh"))
    own, _batch = draft_publish(actor=cast.max)
    monkeypatch.setattr(guidelines.guideline_text, "VERSION", 9)
    guideline_seed()
    assert Guideline.objects.first() == own
    assert "newer text (version 9)" in lead.get(reverse("guideline")).content.decode()


def test_a_newer_text_comes_into_force_where_nobody_wrote_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = Guideline.objects.get()
    monkeypatch.setattr(guidelines.guideline_text, "VERSION", 9)
    guideline_seed()
    guideline_seed()
    now = Guideline.objects.first()
    assert now is not None
    assert (now.version, now.shipped) == (before.version + 1, 9)
    assert Guideline.objects.filter(pk=before.pk).exists()


def test_two_who_edit_do_not_overwrite_a_version(cast: SimpleNamespace) -> None:
    draft_save(actor=cast.max, text_en=edited(shipped("en")), text_zh=shipped("zh"))
    Guideline.objects.create(version=2, text_en=shipped("en"), text_zh=shipped("zh"))
    with pytest.raises(BadDraft, match="published meanwhile"):
        draft_publish(actor=cast.max)


def run(capsys: Any, *arguments: str) -> dict[str, Any]:
    call_command("label_set", *arguments, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_command_shows_previews_applies_and_takes_back(
    cast: SimpleNamespace, tmp_path: Path, capsys: Any
) -> None:
    label(cast, 10)
    file = tmp_path / "change.json"
    file.write_text(
        json.dumps({"question": "sentiment", "version": 1, "note": "x", "changes": [SPLIT]}),
        "utf-8",
    )
    shown = run(capsys, "show")
    assert [one["question"] for one in shown["questions"]] == [
        "sentiment",
        "purchase_intent",
        "product_demand",
    ]
    seen = run(capsys, "preview", str(file))
    assert seen["totals"] == {"answers": 20, "carried": 16, "relabel": 4}
    done = run(capsys, "apply", str(file), "--expect", seen["fingerprint"])
    assert done["version"] == 2
    assert done["totals"] == seen["totals"]
    with pytest.raises(CommandFailure, match="version 1"):
        run(capsys, "apply", str(file))
    assert run(capsys, "undo", "sentiment")["restored"] == 16
    assert Choice.objects.filter(question__active=True, key="negative").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not JSON"),
        ("[]", "object"),
        ('{"changes": []}', "question"),
        ('{"question": "mood", "changes": [{}]}', "mood"),
        ('{"question": "sentiment", "changes": [{"op": "x"}]}', r"changes\[0\]"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "change.json"
    file.write_text(content, "utf-8")
    with pytest.raises(CommandFailure, match=told):
        call_command("label_set", "preview", str(file))
