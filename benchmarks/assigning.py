"""How quick the next review of a large batch is, and whether many at once get each its own."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from benchmarks.support.home import ThrowAwayHome

OPTIONS: dict[str, int | str] = {
    "reviews": 100_000,
    "takes": 60,
    "crowd": 8,
    "people": 20,
    "shared": 400,
}
Say = Callable[[str], None]
_LEASE = timedelta(seconds=3)  # of those who draw at once, so that it runs out meanwhile
_KILLED_AFTER = 1.0  # seconds in which each of the killed has begun
_PAUSE = 0.3  # seconds between two takes of one of a crowd: quicker than anybody reads
_PATIENCE = 300.0  # seconds; then it hangs
_DONE = (0, 50, 95)  # per cent of the batch that others have done


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    with ThrowAwayHome() as home:
        say(f"{options['reviews']} reviews")
        rows = {"rows": options["reviews"]}
        home.call("benchmarks.support.big_shop:fill", rows)
        home.call("benchmarks.assigning:prepare")
        found: dict[str, float] = {}
        for done in _DONE:
            say(f"{done} % are done")
            found |= home.call(
                "benchmarks.assigning:takes", {"done": done, "count": options["takes"]}
            )
        say(f"{options['crowd']} people at once")
        found |= home.call(
            "benchmarks.assigning:crowd", {"people": options["crowd"], "count": options["takes"]}
        )
        say("many at once, some of them killed")
        found |= home.call(
            "benchmarks.assigning:at_once",
            {"people": options["people"], "reviews": options["shared"]},
        )
    return found


def _person(name: str, stores: Any) -> Any:
    from accounts.models import Role, User

    made, _ = User.objects.get_or_create(username=name, defaults={"roles": [Role.ANNOTATOR]})
    made.stores.set(stores)
    return made


def prepare() -> None:
    """Called inside the home: one batch of all there is, which two people are to answer."""
    from accounts.models import Store
    from annotation.models import AuditRate
    from annotation.services.batches import Frame, Wanted, batch_create

    AuditRate.objects.update(rate=0)
    size = 10**9
    frame, wanted = Frame(list(Store.objects.all())), Wanted(overlap=2)
    batch_create(actor=None, name="large", frame=frame, size=size, seed=1, wanted=wanted)
    _count_rows()


def _count_rows() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("annotation_batchitem", "annotation_assignment", "annotation_annotation"):
            cursor.execute(f"vacuum analyze {table}")


def takes(done: int, count: int) -> dict[str, float]:
    """Called inside the home: two have done `done` per cent, and two others go on."""
    from accounts.models import Store
    from annotation.models import Batch

    batch, stores = Batch.objects.get(name="large"), list(Store.objects.all())
    for name in ("first", "second"):
        _do(batch, _person(name, stores), done)
    # One who was quick and alone: the reviews they began are no longer for them.
    ahead = _person("ahead", stores)
    _do_more(batch, ahead, 2000 if done else 0)
    _count_rows()
    one_store = _person("one-store", stores[:1])
    everyone = {"take": _person("all-stores", stores), "ahead": ahead, "one_store": one_store}
    found = {}
    for what, person in everyone.items():
        spent = sorted(_spent(batch, person, count))
        found[f"{what}_p50_ms_{done}"] = round(spent[len(spent) // 2], 1)
        found[f"{what}_p95_ms_{done}"] = round(spent[int(0.95 * (len(spent) - 1))], 1)
    return found


_DO = """
insert into annotation_assignment
  (item_id, annotator_id, state, taken_at, taken_until, ended_at, client_ms, skip_reason)
select item.id, %(person)s, 'answered', now(), now(), now(), 1, ''
from annotation_batchitem item where item.batch_id = %(batch)s
and not exists (select 1 from annotation_assignment a
                where a.item_id = item.id and a.annotator_id = %(person)s)
{which} order by item.id limit %(count)s
"""


def _do(batch: Any, person: Any, percent: int) -> None:
    from annotation.models import Assignment

    mine = Assignment.objects.filter(annotator=person, item__batch=batch).count()
    _insert(batch, person, batch.items.count() * percent // 100 - mine, "")


def _do_more(batch: Any, person: Any, count: int) -> None:
    nobody = "and not exists (select 1 from annotation_assignment a where a.item_id = item.id)"
    _insert(batch, person, count, nobody)


def _insert(batch: Any, person: Any, count: int, which: str) -> None:
    from django.db import connection

    values = {"person": person.pk, "batch": batch.pk, "count": max(0, count)}
    with connection.cursor() as cursor:
        cursor.execute(_DO.format(which=which), values)
        cursor.execute(
            "update annotation_batchitem item set ended = counted.n from (select item_id, count(*)"
            " as n from annotation_assignment where ended_at is not null group by item_id) counted"
            " where counted.item_id = item.id and item.ended <> counted.n"
        )


def _spent(batch: Any, person: Any, count: int, pause: float = 0) -> list[float]:
    """Milliseconds of each take; every review is answered before the next one, `pause` seconds
    later."""
    from annotation.services.answering import Given, answer_save
    from annotation.services.assigning import items_take

    given = Given({"sentiment": "neutral", "purchase_intent": "none"}, client_ms=1)
    spent = []
    for _ in range(count):
        began = time.perf_counter()
        taken = items_take(actor=person, batch=batch, count=1)
        spent.append((time.perf_counter() - began) * 1000)
        if not taken:
            break
        answer_save(actor=person, assignment_id=taken[0].pk, given=given, redact=str)
        time.sleep(pause)
    return spent


def crowd(people: int, count: int) -> dict[str, float]:
    """Called inside the home: `people` processes take from the large batch side by side, each
    `count` reviews with a pause after each."""
    from django.db import connections

    from accounts.models import Store
    from annotation.models import Batch

    batch, stores = Batch.objects.get(name="large"), list(Store.objects.all())
    persons = [_person(f"one-of-crowd-{at}", stores) for at in range(people)]
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    results: Any = fork.Queue()

    def work(person: Any) -> None:
        results.put(_spent(batch, person, count, _PAUSE))

    working = [fork.Process(target=work, args=(one,)) for one in persons]
    for one in working:
        one.start()
    spent = sorted(ms for _ in working for ms in results.get(timeout=_PATIENCE))
    for one in working:
        one.join()
    return {
        "crowd_people": people,
        "crowd_p50_ms": round(spent[len(spent) // 2], 1),
        "crowd_p95_ms": round(spent[int(0.95 * (len(spent) - 1))], 1),
    }


def at_once(people: int, reviews: int) -> dict[str, float]:
    """Called inside the home: `people` processes draw from one batch that wants each review
    answered twice, and a quarter as many more are killed at work."""
    from django.db import connections

    from accounts.models import Store
    from annotation.models import Annotation, Assignment
    from annotation.services import assigning
    from annotation.services.batches import Frame, Wanted, batch_create

    stores = list(Store.objects.all())
    workers = [_person(f"worker-{at}", stores) for at in range(people)]
    victims = [_person(f"victim-{at}", stores) for at in range(max(1, people // 4))]
    wanted = Wanted(overlap=2)
    frame = Frame(stores)
    batch = batch_create(
        actor=None, name="shared", frame=frame, size=reviews, seed=2, wanted=wanted
    )
    _count_rows()
    assigning.LEASE = _LEASE
    connections.close_all()
    began = time.monotonic()
    fork = multiprocessing.get_context("fork")
    killed = [fork.Process(target=_work, args=(one, batch, True)) for one in victims]
    working = [fork.Process(target=_work, args=(one, batch, False)) for one in workers]
    for one in [*killed, *working]:
        one.start()
    _kill(killed)
    for one in working:
        one.join()
    seconds = time.monotonic() - began
    ended = Assignment.objects.filter(item__batch=batch, ended_at__isnull=False)
    by_item = Counter(ended.values_list("item_id", flat=True))
    by_person = Counter(ended.values_list("annotator_id", flat=True))
    answers = Annotation.objects.filter(item__batch=batch, question__key="sentiment")
    return {
        "at_once_people": people,
        "at_once_killed": sum(one.exitcode == -signal.SIGKILL for one in killed),
        "at_once_failed": sum(one.exitcode != 0 for one in working),
        "at_once_reviews": reviews,
        "at_once_exactly_two": sum(n == 2 for n in by_item.values()),
        "at_once_answers": answers.count(),
        "at_once_least_by_one": min(by_person[one.pk] for one in workers),
        "at_once_most_by_one": max(by_person[one.pk] for one in workers),
        "at_once_s": round(seconds, 1),
    }


def _kill(victims: list[Any]) -> None:
    chance = random.Random(5)
    for one in victims:
        time.sleep(_KILLED_AFTER * (0.5 + chance.random()))
        if one.is_alive():
            os.kill(one.pid, signal.SIGKILL)
    for one in victims:
        one.join()


def _work(person: Any, batch: Any, never_ends: bool) -> None:
    """A client: takes two, answers one, until nothing is left in anybody's hands."""
    from annotation.selectors.progress import progress
    from annotation.services.answering import Given, TakenByOthers, answer_save
    from annotation.services.assigning import items_take

    given = Given({"sentiment": "neutral", "purchase_intent": "none"}, client_ms=1)
    stores = list(person.stores.all())
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        taken = items_take(actor=person, batch=batch, count=2)
        if taken:
            try:
                answer_save(actor=person, assignment_id=taken[0].pk, given=given, redact=str)
            except TakenByOthers:
                continue
            time.sleep(0.02)
            continue
        counts = progress([batch], stores)[batch.pk]
        if counts["complete"] == counts["reviews"] and not never_ends:
            os._exit(0)
        time.sleep(0.05)
    os._exit(1)
