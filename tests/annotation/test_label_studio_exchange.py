"""An exchange with a server whose tasks, clock and people change; the server itself is played."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from typing import cast as typed

import pytest

from accounts.models import Role, User
from annotation.label_studio.client import Client
from annotation.label_studio.errors import LabelStudioError, NotThere
from annotation.models import (
    Annotation,
    Assignment,
    BatchItem,
    LabelStudioAnswer,
    LabelStudioTask,
    Mention,
)
from annotation.services.label_studio.accounts import people_refresh
from annotation.services.label_studio.backends import project_withdraw
from annotation.services.label_studio.pulling import Pulled, project_exchange
from annotation.services.label_studio.settling import item_settle
from tests import shop
from tests.analytics import factories
from tests.annotation.label_studio_task import (
    ANN,
    GOOD,
    NOBODY,
    TEXT,
    annotation,
    labels,
    problems,
    result,
    shown,
)

__all__ = ["shown"]

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Played:
    """A server with one project. `now`: its clock; `ahead`: by how much the clock that dates its
    answers, a proxy's perhaps, goes before it."""

    def __init__(self, shown: SimpleNamespace) -> None:
        self.project_row = shown.project
        self.now, self.ahead = NOON, timedelta()
        self.rows: dict[int, dict[str, Any]] = {}
        self.listed: list[int] = []
        self.put(7, str(shown.task.key))

    @property
    def moment(self) -> datetime:
        return self.now + self.ahead

    def put(self, number: int, key: str, *annotations: dict[str, Any], text: str = TEXT) -> None:
        self.rows[number] = {
            "id": number,
            "data": {"text": text, "verbatim_item": key},
            "updated_at": self._told(self.now),
            "annotations": list(annotations),
        }

    def say(self, number: int, feeling: str, pk: int = 1, **more: Any) -> None:
        """Ann answers, or changes her answer, now."""
        said = annotation(pk, result=result(sentiment=feeling, purchase_intent="none"), **more)
        said["updated_at"] = self._told(self.now)
        row = self.rows[number]
        kept = [one for one in row["annotations"] if one["id"] != pk]
        row |= {"annotations": [*kept, said], "updated_at": self._told(self.now)}

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def _told(self, at: datetime) -> str:
        return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    # What is asked of it

    def project(self, number: int) -> dict[str, Any]:
        mark = f"Keep this mark: {self.project_row.key}"
        return {"description": mark, "task_number": len(self.rows)}

    def tasks(self, project: int, filters: Any = (), *, fields: str = "all") -> Any:
        since = filters[0]["value"] if filters else ""
        found = [one for one in self.rows.values() if one["updated_at"] > since]
        self.listed = [one["id"] for one in found]
        yield from ([one] for one in found)

    def task(self, number: int) -> dict[str, Any]:
        if number not in self.rows:
            raise NotThere
        return self.rows[number]

    def task_delete(self, number: int) -> None:
        del self.rows[number]

    def hooks(self, project: int) -> list[Any]:
        return []

    def hook_create(self, *given: Any) -> int:
        return 1


@pytest.fixture
def played(shown: SimpleNamespace) -> Played:
    return Played(shown)


def pull(shown: SimpleNamespace, played: Played, *, whole: bool = False) -> Pulled:
    shown.project.refresh_from_db()
    return project_exchange(
        project=shown.project,
        client=typed(Client, played),
        whole=whole,
        redact=lambda words: words,
    )


def feeling(person: User) -> str:
    return labels(person).get("sentiment", "")


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=1), timedelta(hours=-1)])
def test_no_change_is_missed_whatever_clock_dates_the_answers(
    shown: SimpleNamespace, cast: SimpleNamespace, played: Played, ahead: timedelta
) -> None:
    played.ahead = ahead
    assert pull(shown, played).whole
    for number, what in enumerate(["positive", "negative", "neutral", "negative"]):
        played.later(minutes=(0.02, 3, 50, 0.02)[number])
        played.say(7, what)
        played.later(seconds=1)
        assert not pull(shown, played).whole
        assert feeling(cast.ann) == what


def test_what_did_not_change_is_not_read_again_and_again(
    shown: SimpleNamespace, played: Played
) -> None:
    pull(shown, played)
    for _ in range(3):
        played.later(minutes=5)
        pull(shown, played)
    assert played.listed == []


def test_a_clock_that_is_put_back_hides_no_change(
    shown: SimpleNamespace, cast: SimpleNamespace, played: Played
) -> None:
    pull(shown, played)
    played.later(minutes=1)
    played.say(7, "positive")
    pull(shown, played)
    played.later(hours=-1)
    played.say(7, "negative")
    pull(shown, played)
    assert feeling(cast.ann) == "negative"
    played.later(minutes=1)
    played.say(7, "neutral")
    pull(shown, played)
    assert feeling(cast.ann) == "neutral"


def test_a_task_that_cannot_be_read_keeps_no_other_from_coming_in(
    shown: SimpleNamespace, cast: SimpleNamespace, played: Played
) -> None:
    review = factories.review(cast.lanting)
    shop.write(review, TEXT)
    item = BatchItem.objects.create(batch=shown.batch, review=review, wanted_answers=2)
    other = LabelStudioTask.objects.create(
        project=shown.project, item=item, review_number=review.pk, remote_id=8, state="sent",
        revision=review.revisions.get(),
    )  # fmt: skip
    played.put(8, str(other.key))
    played.say(8, "positive", pk=2)
    played.rows[7]["annotations"] = [{"id": 1, "result": "lost"}]
    done = pull(shown, played)
    assert (done.strange, feeling(cast.ann)) == (1, "positive")
    with pytest.raises(LabelStudioError):  # it would be lost with the project
        project_withdraw(actor=cast.max, project=shown.project, client=typed(Client, played))
    played.say(7, "negative")
    assert pull(shown, played).strange == 0
    assert Assignment.objects.count() == 2


def test_of_a_task_that_is_there_twice_the_answers_of_both_count_until_one_goes(
    shown: SimpleNamespace, cast: SimpleNamespace, played: Played
) -> None:
    eve = User.objects.create_user(username="eve", email="new@example.com", roles=[Role.ANNOTATOR])
    eve.stores.set([cast.lanting])
    people_refresh(server=shown.server, client=shown.listed)
    key = str(shown.task.key)
    played.say(7, "positive")
    played.put(9, key)
    played.say(9, "negative", pk=2, completed_by=NOBODY, updated_by=NOBODY)
    pull(shown, played)
    assert (feeling(cast.ann), feeling(eve)) == ("positive", "negative")
    # "Remove duplicates" moves the answer to the first task; nothing changes here.
    kept = dict(played.rows[9]["annotations"][0])
    del played.rows[9]
    played.rows[7]["annotations"].append(kept)
    pull(shown, played, whole=True)
    assert (feeling(cast.ann), feeling(eve)) == ("positive", "negative")
    assert LabelStudioAnswer.objects.filter(state="deleted").count() == 0
    # Twice again, and this time the second is deleted with what was answered at it.
    played.rows[7]["annotations"].pop()
    played.put(9, key, kept)
    pull(shown, played, whole=True)
    assert feeling(eve) == "negative"
    del played.rows[9]
    pull(shown, played, whole=True)
    assert (feeling(cast.ann), feeling(eve)) == ("positive", "")


def test_a_number_that_was_given_again_is_no_task_of_ours(
    shown: SimpleNamespace, cast: SimpleNamespace, played: Played
) -> None:
    played.say(7, "positive")
    pull(shown, played)
    # SQLite gives 7 to somebody else's task.
    played.rows[7] = {**played.rows[7], "data": {"text": "theirs"}, "annotations": [annotation(1)]}
    pull(shown, played, whole=True)
    shown.task.refresh_from_db()
    assert (shown.task.state, feeling(cast.ann)) == ("gone", "")
    shown.project.refresh_from_db()
    assert shown.project.strangers == 1
    assert 7 in played.rows


def test_whoever_leaves_leaves_their_answers(
    shown: SimpleNamespace, cast: SimpleNamespace, played: Played
) -> None:
    played.say(7, "positive")
    pull(shown, played)
    before = list(Annotation.objects.order_by("pk").values_list("pk", flat=True))

    def look_again() -> list[int]:
        changed = people_refresh(server=shown.server, client=shown.listed)
        item_settle(item_id=shown.item.pk)
        return changed

    cast.ann.is_active = False
    cast.ann.save()
    assert look_again() == []
    cast.ann.is_active, cast.ann.roles = True, []
    cast.ann.email = "ann@elsewhere.example"
    cast.ann.save()
    assert look_again() == []
    assert list(Annotation.objects.order_by("pk").values_list("pk", flat=True)) == before
    # A correction by a lead still comes in; a first answer of hers would not.
    played.later(minutes=1)
    played.say(7, "negative", updated_by=NOBODY)
    pull(shown, played)
    assert (feeling(cast.ann), problems()) == ("negative", [])
    # The address is somebody else's now, so the answers are theirs.
    eve = User.objects.create_user(username="eve", email="ann@example.com", roles=[Role.ANNOTATOR])
    eve.stores.set([cast.lanting])
    assert len(look_again()) == 1
    assert (labels(cast.ann), feeling(eve)) == ({}, "negative")
    assert Assignment.objects.get().annotator == eve


def test_who_changed_somebody_else_s_answer_is_known(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    shown.see(annotation(1))
    assert not LabelStudioAnswer.objects.get().edited_by_other
    shown.see(annotation(1, 1, updated_by=NOBODY))
    told = LabelStudioAnswer.objects.get()
    assert (told.edited_by_other, told.person.remote_id) == (True, ANN)
    assert told.editor is not None
    assert told.editor.email == "new@example.com"
    shown.see(annotation(1, 2))  # she took it up again herself
    told.refresh_from_db()
    assert (told.edited_by_other, told.editor) == (False, None)


def test_marks_that_came_with_a_file_stay(shown: SimpleNamespace, cast: SimpleNamespace) -> None:
    Mention.objects.create(
        revision=shown.review.revisions.get(), annotator=cast.ann, start=6, end=8, kind="add"
    )
    shown.see(annotation(1, result=result([(0, 2, "praise")], **GOOD)))
    assert problems() == ["answered_here"]
    shown.see()
    assert Mention.objects.get().kind == "add"


def test_a_project_that_is_refused_keeps_no_other_waiting(
    shown: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotation.models import Batch, LabelStudioProject
    from annotation.services.label_studio import pulling

    batch = Batch.objects.create(name="june", design="uniform", state="open")
    other = LabelStudioProject.objects.create(
        server=shown.server, batch=batch, remote_id=4, state="open", configuration_hash="0"
    )
    asked = []

    def exchange(*, project: Any, **more: Any) -> Pulled:
        asked.append(project.pk)
        if project == other:
            raise LabelStudioError("strange_answer")
        return Pulled()

    class Nobody:
        def __enter__(self) -> Nobody:
            return self

        def __exit__(self, *raised: object) -> None: ...

        def users(self) -> list[Any]:
            return []

    monkeypatch.setattr(pulling, "project_exchange", exchange)
    monkeypatch.setattr(pulling, "client_for", lambda server: Nobody())
    with pytest.raises(LabelStudioError):
        pulling.server_pull(server=shown.server)
    assert sorted(asked) == sorted([other.pk, shown.project.pk])
    shown.server.refresh_from_db()
    assert shown.server.trouble == "strange_answer"
