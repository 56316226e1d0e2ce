"""The copies of texts at the real server, and what a check says of one that is set up badly."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from annotation.label_studio.errors import LabelStudioError
from annotation.label_studio_tasks import woken
from annotation.models import (
    BatchItem,
    LabelStudioAnswer,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
    Mention,
)
from annotation.services.label_studio import sending
from annotation.services.label_studio.backends import project_withdraw
from annotation.services.label_studio.checking import server_check
from annotation.services.label_studio.connecting import (
    CannotConnect,
    client_for,
    server_change,
    server_forget,
)
from annotation.services.label_studio.keeping import copies_count, copies_erase
from annotation.services.label_studio.pulling import server_pull
from annotation.services.label_studio.waking import wakeup_store
from annotation.services.remapping import labels_remap
from reviews.models import TextRevision
from tests.analytics import factories
from tests.services.both_sides import agree, make_batch, push, there
from tests.services.labelstudio import Server
from tests.services.people import Annotator, admin, chosen, marked

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]

PHONE = "13812345678"


def redact_again(revision: TextRevision, secret: str) -> TextRevision:
    """A newer text in which `secret` is hidden, as better rules make one, with the labels on it."""
    start = revision.text.index(secret)
    end = start + len(secret)
    text = f"{revision.text[:start]}[PHONE_1]{revision.text[end:]}"
    new = factories.revise(revision.review, text)
    new.offset_map = [[start, end, start, start + len("[PHONE_1]")]]
    new.save()
    labels_remap(pairs=[(revision.pk, new.pk)])
    return new


def test_copies_follow_their_texts_and_go_with_their_person(
    label_studio: Server,
    connected: LabelStudioServer,
    cast: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast.ann.email = "ann-copies@example.com"
    cast.ann.save()
    ann = Annotator(label_studio, cast.ann.email)
    batch = make_batch(cast, 8, name="copies")
    secret = BatchItem.objects.filter(batch=batch).order_by("pk")[0].review
    before = secret.revisions.get()
    TextRevision.objects.filter(pk=before.pk).update(text=f"😀 {PHONE} 希望加盖子")
    before.refresh_from_db()
    project = push(cast, connected, batch)
    tasks = list(project.tasks.order_by("pk"))
    said = chosen(sentiment="neutral", purchase_intent="none")
    ann.answer(tasks[0].remote_id, said + marked(before.text, "加盖子", "add", "product"))
    ann.answer(tasks[1].remote_id, said)
    server_pull(server=connected)

    # Redacted anew: the text there changes too, and what was marked stays on its words.
    new = redact_again(before, PHONE)
    factories.revise(tasks[2].item.review, "the shopper's other text")
    server_pull(server=connected)
    seen = {one["data"]["verbatim_item"]: one for one in there(label_studio, project).values()}
    first = seen[str(tasks[0].key)]
    assert PHONE not in str(first)
    assert first["data"]["text"] == new.text
    assert seen[str(tasks[2].key)]["data"]["text"] == "the shopper's other text"
    assert seen[str(tasks[2].key)]["predictions"] == []
    server_pull(server=connected)
    assert agree(label_studio, project) == 2
    assert LabelStudioAnswer.objects.exclude(problem="").count() == 0
    assert Mention.objects.get().revision == new

    # Erased here: the request stays open while the server is down, and goes through later.
    review = tasks[1].item.review
    tasks[1].item.delete()
    assert copies_count([review.pk]) == 1
    LabelStudioServer.objects.update(url="http://127.0.0.1:1")
    with pytest.raises(LabelStudioError):
        copies_erase([review.pk])
    LabelStudioServer.objects.update(url=label_studio.url)
    assert not LabelStudioAnswer.objects.filter(task__review_number=review.pk).exists()
    assert copies_erase([review.pk]) == 1
    assert copies_erase([review.pk]) == copies_count([review.pk]) == 0
    assert str(tasks[1].key) not in there(label_studio, project)

    # May not be labelled any more: gone there with the next exchange.
    kept = tasks[3].item.review
    type(kept).objects.filter(pk=kept.pk).update(restricted=True)
    server_pull(server=connected)
    assert str(tasks[3].key) not in there(label_studio, project)

    # A sending that was cut after the server had it all: found, not sent twice.
    monkeypatch.setattr(sending, "SETTLE", 0.1)
    LabelStudioTask.objects.filter(pk=tasks[4].pk).update(state="waiting", remote_id=None)
    project.state = "sending"
    project.save()
    server_pull(server=connected)
    assert len(there(label_studio, project)) == 6
    tasks[4].refresh_from_db()
    assert tasks[4].state == "sent"

    with pytest.raises(CannotConnect):
        server_forget(actor=cast.max, server=connected)
    with client_for(connected) as client:
        project.refresh_from_db()
        project_withdraw(actor=cast.max, project=project, client=client)
    with admin(label_studio) as http:
        projects = [one["title"] for one in http.get("/api/projects/").json()["results"]]
    assert "copies" not in projects
    assert cast.ann.annotations.filter(item__isnull=False).count() == 3
    server_forget(actor=cast.max, server=connected)


def test_a_project_that_is_deleted_there_keeps_our_labels_and_its_number_misleads_nobody(
    label_studio: Server, connected: LabelStudioServer, cast: SimpleNamespace
) -> None:
    cast.ann.email = "ann-gone@example.com"
    cast.ann.save()
    ann = Annotator(label_studio, cast.ann.email)
    project = push(cast, connected, make_batch(cast, 3, name="五月"))
    task = project.tasks.order_by("pk")[0]
    ann.answer(task.remote_id, chosen(sentiment="neutral", purchase_intent="none"))
    server_pull(server=connected)
    with admin(label_studio) as http:
        assert http.delete(f"/api/projects/{project.remote_id}/").status_code == 204
    other = push(cast, connected, make_batch(cast, 3, name="other"))
    # Its number is another project's by now, as SQLite gives numbers again.
    LabelStudioProject.objects.filter(pk=project.pk).update(remote_id=other.remote_id)
    wakeup_store(server_id=connected.pk, key=project.key)
    woken(project.pk)
    server_pull(server=connected)
    project.refresh_from_db()
    assert not project.wakeups.exists()
    assert (project.state, cast.ann.annotations.count()) == ("gone", 3)
    assert set(other.tasks.values_list("state", flat=True)) == {"sent"}


def test_tasks_of_others_stay_and_a_new_address_of_ours_is_told(
    label_studio: Server, connected: LabelStudioServer, cast: SimpleNamespace
) -> None:
    cast.ann.email = "ann-shared@example.com"
    cast.ann.save()
    ann = Annotator(label_studio, cast.ann.email)
    project = push(cast, connected, make_batch(cast, 4, name="shared"))
    with admin(label_studio) as http:
        theirs = [{"data": {"text": "theirs", "about": "-"}}]
        at = f"/api/projects/{project.remote_id}"
        assert http.post(f"{at}/import", json=theirs).status_code == 201
        [hook] = http.get("/api/webhooks/", params={"project": project.remote_id}).json()
        assert hook["url"].startswith(connected.our_url)
        server_change(actor=cast.max, server=connected, our_url="http://127.0.0.1:9/new")
        ann.answer(
            project.tasks.order_by("pk")[0].remote_id,
            chosen(sentiment="neutral", purchase_intent="none"),
        )
        server_pull(server=connected)
        [hook] = http.get("/api/webhooks/", params={"project": project.remote_id}).json()
        assert hook["url"].startswith("http://127.0.0.1:9/new/label-studio/")
        # Somebody deletes it there; the nightly comparison makes it anew.
        http.delete(f"/api/webhooks/{hook['id']}/")
        server_pull(server=connected, whole=True)
        assert len(http.get("/api/webhooks/", params={"project": project.remote_id}).json()) == 1

        remote = project.remote_id
        with client_for(connected) as client:
            project.refresh_from_db()
            assert project.strangers == 1
            project_withdraw(actor=cast.max, project=project, client=client)
        left = http.get("/api/tasks", params={"project": remote}).json()["tasks"]
        assert [one["data"]["text"] for one in left] == ["theirs"]
        assert http.get("/api/webhooks/", params={"project": remote}).json() == []
    server_pull(server=connected, whole=True)
    project.refresh_from_db()
    assert (project.state, project.remote_id) == ("gone", None)
    assert cast.ann.annotations.filter(item__isnull=False).count() == 3


def test_a_project_that_was_only_out_of_sight_comes_back(
    label_studio: Server, connected: LabelStudioServer, cast: SimpleNamespace
) -> None:
    project = push(cast, connected, make_batch(cast, 3, name="out of sight"))
    # As an account that may not see it finds it.
    LabelStudioProject.objects.filter(pk=project.pk).update(remote_id=project.remote_id + 1000)
    server_pull(server=connected)
    project.refresh_from_db()
    assert (project.state, project.remote_id) == ("gone", None)
    assert set(project.tasks.values_list("state", flat=True)) == {"gone"}
    server_pull(server=connected, whole=True)
    project.refresh_from_db()
    assert project.state == "open"
    assert set(project.tasks.values_list("state", flat=True)) == {"sent"}
    assert len(there(label_studio, project)) == 3


def test_a_check_says_in_words_what_is_wrong(
    label_studio: Server, connected: LabelStudioServer, cast: SimpleNamespace
) -> None:
    def found() -> dict[str, Any]:
        return {one["code"]: one["level"] for one in server_check(server=connected)}

    def change(token: str) -> None:
        server_change(actor=cast.max, server=connected, our_url=connected.our_url, token=token)

    change("f" * 40)
    assert found() == {"reachable": "good", "token_refused": "bad"}
    with admin(label_studio) as http:
        personal = http.post("/api/token/").json()["token"]
        change(personal)
        assert found() == dict.fromkeys(("reachable", "token_good", "hooks_come"), "good")
        change(str(http.headers["Authorization"]).removeprefix("Token "))
        settings = {"api_tokens_enabled": True, "legacy_api_tokens_enabled": False}
        assert http.post("/api/jwt/settings", json=settings).status_code == 200
        try:
            assert found()["legacy_tokens_off"] == "bad"
            change(personal)
            label_studio.stop()
            assert found() == {"not_reachable": "bad"}
            label_studio.start(
                SSRF_PROTECTION_ENABLED="true", LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK="false"
            )
            careful = {code for code, level in found().items() if level == "care"}
            assert careful == {"signup_open", "we_are_blocked"}
        finally:
            with client_for(connected) as client:
                client.ask(
                    "POST", "/api/jwt/settings", json=settings | {"legacy_api_tokens_enabled": True}
                )
            label_studio.stop()
            label_studio.start()
