"""A person is planted everywhere in a running site, erased, and looked for in every place."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from benchmarks.support import tiny_model
from benchmarks.support.home import ThrowAwayHome
from benchmarks.support.site import Site, until
from benchmarks.support.texts import sample_rows
from tests.faults import erasure_drill as drill
from tests.faults.test_no_personal_data import home_files, quick_training

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

_TODO = "select count(*) from modelops_analysiswork where state = 'todo'"
_PLACES = "select count(*) from modelops_textembedding"
_JOBS = "select count(*) from common_job where state in ('queued', 'running')"


class Officer:
    """The privacy officer's program: requests of the person over REST."""

    def __init__(self, site: Site, token: str) -> None:
        self.web = httpx.Client(
            base_url=f"http://127.0.0.1:{site.port}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )

    def post(self, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        answer = self.web.post(path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def request(self, kind: str) -> dict[str, Any]:
        """From the request to its end."""
        identifiers = [
            {"kind": "shopper", "value": drill.SHOPPER},
            {"kind": "phone", "value": drill.PHONE},
            {"kind": "name", "value": drill.NAME},
            {"kind": "email", "value": drill.EMAIL},
        ]
        made = self.post("/privacy/requests", {"kind": kind, "identifiers": identifiers})
        self._until(made["id"], {"found"})
        self.post(f"/privacy/requests/{made['id']}/decision", {"what": "approve"})
        return self._until(made["id"], {"done", "look"})

    def _until(self, request: int, states: set[str]) -> dict[str, Any]:
        deadline = time.monotonic() + 120
        while True:
            found: dict[str, Any] = self.web.get(f"/privacy/requests/{request}").json()
            if found["state"] in states:
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.2)


def _plant(home: ThrowAwayHome, site: Site, story: SimpleNamespace) -> Officer:
    """Bring the person in by file and REST; label, train, promote, analyse, export."""
    home.call("tests.faults.erasure_drill:people")
    words = ("--scopes", "reviews:read,reviews:write,privacy", "--store", drill.STORE)
    officer = Officer(site, home.manage("create_api_key", "drill", *words).strip())
    story.file = drill.shop_file(home.outside / "march.csv")
    _import(home, story.file)
    officer.post("/reviews", drill.sent(), **{"Idempotency-Key": "drill-1"})
    home.call("tests.faults.erasure_drill:label")
    base = tiny_model.base(home.outside / "base", [row["text"] for row in sample_rows()])
    trained = json.loads(home.manage("train", "--base", str(base), *quick_training(), "--json"))
    home.manage("promote", trained["model"], "--force")
    until(lambda: home.query(_TODO) == [(0,)], "the analysis")
    until(lambda: home.query(_PLACES)[0][0] >= drill.OTHERS, "the search by meaning")
    story.copy = officer.request("export")
    story.model = trained["model"]
    return officer


def _import(home: ThrowAwayHome, file: Path) -> dict[str, Any]:
    where = ("--store", drill.STORE, "--source", drill.SOURCE, "--json")
    found: dict[str, Any] = json.loads(home.manage("import_reviews", str(file), *where))
    return found


def _look(home: ThrowAwayHome, story: SimpleNamespace, officer: Officer, name: str) -> None:
    """What is found of the person now, kept as `story.before_` or `story.after_...`."""
    shown = officer.web.get("/reviews", params={"external_id": "own-1"}).json()
    tables = home.call("tests.faults.erasure_drill:tables_with", {"words": drill.TRACES})
    seen = SimpleNamespace(
        hangs=home.call("tests.faults.erasure_drill:learned"),
        tables=tables,
        files=drill.files_with(home_files(home), drill.TRACES),
        rest=len(shown["items"]),
        page=_page_shows(officer, drill.WORDS[0]),
        dump=drill.dump(home, home.outside / f"{name}.sql"),
    )
    setattr(story, name, seen)


def _page_shows(officer: Officer, word: str) -> bool:
    """Whether the list of reviews, searched by somebody who sees all stores, shows one."""
    with httpx.Client(base_url=str(officer.web.base_url).split("/api")[0], timeout=60) as web:
        web.get("/admin/login/")
        said = {"username": "alice", "password": drill.PASSWORD, "next": "/"}
        token = {"csrfmiddlewaretoken": web.cookies["csrftoken"]}
        assert web.post("/admin/login/", data={**said, **token}).status_code == 302
        page = web.get("/reviews/", params={"q": word})
        assert page.status_code == 200
        return re.search(r'href="/reviews/\d+/', page.text) is not None


@pytest.fixture(scope="module")
def story() -> Iterator[SimpleNamespace]:
    """Planted, dumped, erased, looked for, brought again, restored; then the site is stopped."""
    told = SimpleNamespace()
    with ThrowAwayHome("vb-erased-") as home:
        told.home = home
        with Site(home) as site:
            officer = _plant(home, site, told)
            _look(home, told, officer, "before")
            told.old_dump = drill.dump(home, home.outside / "old.dump", "--format=custom")
            told.opened = home.call("tests.faults.erasure_drill:opened", {"name": "own-1"})
            told.done = officer.request("erase")
            _look(home, told, officer, "after")
            told.again = _import(home, told.file)
            told.sent_again = officer.web.post("/reviews", json=drill.sent()).json()
            until(lambda: home.query(_JOBS) == [(0,)], "the jobs to end")
            _look(home, told, officer, "later")
            certificate = home.outside / "certificate.txt"
            certificate.write_text(told.done["certificate"], "utf-8")
            told.checked = home.manage("person_request", "check", str(certificate))
            _restore(home, told)
        home.stop_services()
        told.stopped = drill.files_with(home_files(home), drill.TRACES)
        yield told


def _restore(home: ThrowAwayHome, story: SimpleNamespace) -> None:
    """The dump from before the erasure in a second database; the ledger is replayed there."""
    home.extra["DATABASE_URL"] = drill.restore(home, story.old_dump, "restored")
    words = {"words": drill.TRACES}
    story.came_back = home.call("tests.faults.erasure_drill:tables_with", words)
    opened = {
        name: home.call("tests.faults.erasure_drill:opened", {"name": name})
        for name in ("own-1", "own-2", "own-3", "own-4", "other-0")
    }
    story.open = opened.pop("other-0")
    story.shut = opened
    story.replayed = json.loads(home.manage("replay_erasures", "--restored", "--json"))
    story.hangs_again = home.call("tests.faults.erasure_drill:learned")
    story.gone_again = home.call("tests.faults.erasure_drill:tables_with", words)
    del home.extra["DATABASE_URL"]


def test_before_the_erasure_the_person_is_everywhere(story: SimpleNamespace) -> None:
    """Or finding nothing afterwards would prove nothing."""
    hangs = story.before.hangs
    assert hangs["reviews"] == hangs["sealed"] == 3
    assert hangs["listed"] == 1
    assert hangs["labels"] == 9
    assert hangs["snapshot"] >= 2
    assert hangs["embeddings"] >= 2
    assert hangs["answers"] >= 6
    assert "public.reviews_textrevision" in story.before.tables[drill.WORDS[0]]
    assert "public.reviews_textrevision" in story.before.tables[drill.WORDS[1]]
    assert "public.reviews_rejectedrow" in story.before.tables[drill.WORDS[2]]
    assert "public.accounts_idempotencykey" in story.before.tables["own-2"]
    assert story.copy["archive"]
    assert story.before.files, "no file of the home names the person"
    assert story.before.rest == 1
    assert story.before.page
    assert drill.files_with([story.before.dump], drill.WORDS[:1])
    assert drill.EMAIL in story.opened


def test_the_erasure_is_done_and_certified(story: SimpleNamespace) -> None:
    assert story.done["state"] == "done", story.done
    assert story.done["models"] == [story.model]
    assert "ours" in story.checked


def test_nothing_is_left_in_any_table_dump_or_file(story: SimpleNamespace) -> None:
    for seen in (story.after, story.later):
        assert seen.tables == {}
        assert seen.files == []
        assert drill.files_with([seen.dump], drill.TRACES) == []
        assert set(seen.hangs.values()) == {0}
    assert story.stopped == []


def test_the_site_answers_nothing_of_the_person(story: SimpleNamespace) -> None:
    for seen in (story.after, story.later):
        assert seen.rest == 0
        assert not seen.page


def test_the_same_file_and_the_same_request_bring_nobody_back(story: SimpleNamespace) -> None:
    again = story.again
    assert (again["created"], again["updated"]) == (0, 0), again
    assert again["unchanged"] == drill.OTHERS
    assert again["rejected"] == 3
    [result] = story.sent_again["results"]
    assert (result["status"], result["error"]["reason"]) == ("rejected", "erased")


def test_an_old_dump_opens_nothing_and_loses_the_person_again(story: SimpleNamespace) -> None:
    assert "public.reviews_textrevision" in story.came_back[drill.WORDS[0]]
    assert story.shut == dict.fromkeys(("own-1", "own-2", "own-3", "own-4"), "KeyGone")
    assert len(story.open) > 10
    assert story.replayed["replayed"] >= 1
    assert story.replayed["rows"] >= 2
    assert story.gone_again == {}
    assert set(story.hangs_again.values()) == {0}
