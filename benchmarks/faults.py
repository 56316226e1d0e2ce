"""Workers and the broker are killed -9 while reviews are analysed: is anything lost or doubled?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any, LiteralString

from celery import Celery
from kombu.exceptions import OperationalError

from benchmarks.support import champions, processes, texts, tiny_model
from benchmarks.support.home import APPLICATION, Connection, ThrowAwayHome
from benchmarks.support.site import Looker, Site, WaitedInVain, until

OPTIONS: dict[str, int | str] = {
    "reviews": 5000,
    "kills": 10,
    "broker_kills": 3,
    "model": "champion",  # the caller's; `tiny`, or without one: a tiny one made for the run
}
Say = Callable[[str], None]
_EVENT_PATIENCE = 300.0  # seconds from one kill to the next
_LAST_PATIENCE = 1800.0  # seconds from the last kill until everything is analysed
_LOOK_EVERY = 0.005  # seconds: a batch of a small model takes a few hundredths
_LATEST = 0.02  # seconds at most between seeing a batch taken and the kill


@dataclass(frozen=True, slots=True)
class Plan:
    """`wake_every`: seconds between wake-ups of ours, as new reviews would send; 0: none, so that
    only what the product does by itself brings work back."""

    reviews: int
    kills: int
    broker_kills: int
    wake_every: float = 0.0


@dataclass(slots=True)
class Outcome:
    """What was found; counts, but for `seconds` (first batch to last) and `slowest_look_s`.

    `stored`: reviews; `reviews`: those of them that are analysed. `idle_kills`: kills with no work
    left. `cut`: worker kills that left rows tried but unanswered. `left_at_last_kill`: reviews
    still unanswered then. `missing`, `doubled`: answers of the champion. `wrong_cells`: rolled-up
    figures that differ from their rows.
    """

    reviews: int = 0
    stored: int = 0
    kills: int = 0
    broker_kills: int = 0
    idle_kills: int = 0
    cut: int = 0
    left_at_last_kill: int = 0
    missing: int = 0
    doubled: int = 0
    parked: int = 0
    wrong_cells: int = 0
    looks: int = 0
    site_errors: int = 0
    slowest_look_s: float = 0.0
    seconds: float = 0.0


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    plan = Plan(options["reviews"], options["kills"], options["broker_kills"])
    with ThrowAwayHome() as home:
        model = champions.described() if options["model"] == "champion" else None
        if model is None:
            note("measured with a tiny model, made for the run")
            model = tiny_model.make(home.outside)
        return asdict(storm(home, plan, model, say))


def storm(home: ThrowAwayHome, plan: Plan, model: dict[str, Any], say: Say) -> Outcome:
    """Analyse `plan.reviews` reviews in `home` under kills, and count what is there afterwards.

    Raises WaitedInVain when something does not come back.
    """
    outcome = Outcome()
    file = texts.write(home.outside / "reviews.csv", plan.reviews)
    with Site(home) as site, Looker(site.url) as looker:
        say("the site is up; importing")
        home.manage("import_reviews", str(file), "--store", "main", "--source", "faults")
        installed = home.call("benchmarks.support.champions:install", {"description": model})
        began = time.monotonic()
        with home.connect() as connection:
            _Storm(home, plan, connection, installed["id"], outcome, say).rage()
        outcome.seconds = round(time.monotonic() - began, 1)
        say("everything is analysed; counting")
        for name, value in home.call("benchmarks.faults:count").items():
            setattr(outcome, name, value)
        outcome.looks, outcome.site_errors = looker.looks, looker.errors
        outcome.slowest_look_s = round(looker.slowest, 2)
    return outcome


class _Storm:
    """The kills of one run, spread over its work.

    The work is dealt out in shares, one a kill and one for the end, each once those before it are
    done: workers pass over rows that are locked, and we hold the locks of what is still to come.
    So there is progress between two kills and work left at each, however fast the model is.
    """

    def __init__(
        self,
        home: ThrowAwayHome,
        plan: Plan,
        connection: Connection,
        model_id: int,
        outcome: Outcome,
        say: Say,
    ) -> None:
        self.home, self.plan, self.outcome, self.say = home, plan, outcome, say
        self.connection, self.model_id = connection, model_id
        self._woken = 0.0
        self._random = random.Random(5)
        self._broker = Celery(
            broker=f"redis+socket://{home.home.valkey_socket}", set_as_current=False
        )

    def rage(self) -> None:
        events = self._events()
        total = self._number("true")
        share = total // (len(events) + 1)
        with ExitStack() as stack:
            held = [self._hold(stack, place * share, share) for place in range(len(events))]
            rest = self._hold(stack, len(events) * share, total)
            for place, kill in enumerate(events):
                self._wait_for(place * share)
                held[place].rollback()
                self._wait(self._batch_in_flight, "a batch to be taken")
                # Somewhere between reading the texts and closing the rows.
                time.sleep(self._random.uniform(0, _LATEST))
                kill()
            rest.rollback()
        self._wait_for(total, _LAST_PATIENCE)

    def _hold(self, stack: ExitStack, first: int, size: int) -> Connection:
        held = stack.enter_context(self.home.connect(autocommit=False))
        held.execute(
            "select id from modelops_analysiswork where id in ("
            "select id from modelops_analysiswork where model_id = %s "
            "order by id offset %s limit %s) for update",
            [self.model_id, first, size],
        )
        return held

    def _events(self) -> list[Callable[[], None]]:
        """The kills in order, those of the broker evenly among those of the worker."""
        workers, brokers = self.plan.kills, self.plan.broker_kills
        marks: list[tuple[float, Callable[[], None]]] = [
            ((at + 1) / (workers + 1), self._kill_worker) for at in range(workers)
        ]
        marks += [((at + 0.9) / (brokers + 0.9), self._kill_broker) for at in range(brokers)]
        return [kill for _, kill in sorted(marks, key=lambda mark: mark[0])]

    def _number(self, where: LiteralString) -> int:
        found = self.connection.execute(
            "select count(*) from modelops_analysiswork where model_id = %s and "  # noqa: S608
            + where,
            [self.model_id],
        ).fetchone()
        return int(found[0]) if found else 0

    def _batch_in_flight(self) -> bool:
        """Whether a worker holds rows: it is in the transaction of a batch."""
        found = self.connection.execute(
            "select count(distinct l.pid) from pg_locks l join pg_stat_activity a using (pid) "
            "where l.relation = 'modelops_analysiswork'::regclass and l.mode = 'RowShareLock' "
            "and a.application_name <> %s",
            [APPLICATION],
        ).fetchone()
        return bool(found and found[0])

    def _wait_for(self, number: int, seconds: float = _EVENT_PATIENCE) -> None:
        self._wait(
            lambda: self._number("state <> 'todo'") >= number,
            f"{number} reviews to be analysed",
            seconds,
        )

    def _wait(
        self, condition: Callable[[], bool], what: str, seconds: float = _EVENT_PATIENCE
    ) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise WaitedInVain(f"waited {seconds:.0f} s in vain for {what}")
            self._wake()
            time.sleep(_LOOK_EVERY)

    def _wake(self) -> None:
        if not self.plan.wake_every or time.monotonic() - self._woken < self.plan.wake_every:
            return
        self._woken = time.monotonic()
        try:
            with self._broker.connection_for_write() as connection:
                self._broker.send_task(
                    "modelops.tasks.analyse",
                    queue="default",
                    expires=14,
                    connection=connection,
                    retry=False,
                )
        except OperationalError:
            self.say("the broker does not answer; it was killed a moment ago")

    def _kill_worker(self) -> None:
        group = processes.worker_group(self.home.home.root)
        if group is None:
            raise WaitedInVain("a batch is being analysed, but by no worker of this site")
        processes.kill_group(group)
        cut = self._number("state = 'todo' and attempts > 0") > 0
        self.outcome.kills += 1
        self.outcome.cut += cut
        self._tell(f"the worker {'in' if cut else 'after'} a batch")

    def _kill_broker(self) -> None:
        victim = processes.broker(self.home.home.root)
        if victim is None:
            raise WaitedInVain("there is no broker to kill")
        victim.kill()
        self.outcome.broker_kills += 1
        self._tell("the broker")

        def back() -> bool:
            now = processes.broker(self.home.home.root)
            return now is not None and now.pid != victim.pid

        until(back, "the broker to come back")

    def _tell(self, what: str) -> None:
        left = self._number("state = 'todo'")
        self.outcome.left_at_last_kill = left
        self.outcome.idle_kills += left == 0
        self.say(f"killed {what}, {left} reviews left")


def count() -> dict[str, int]:
    """Called inside the home: what the tables say when all is done."""
    from django.db.models import Count

    from analytics.services import rollups_prove, rollups_refresh
    from modelops.models import AnalysisWork, Prediction
    from modelops.selectors import champion
    from modelops.services.ledger import revisions_to_analyse
    from reviews.models import Review

    model = champion()
    if model is None:
        raise ValueError("the champion is gone")
    wanted = set(revisions_to_analyse(model).values_list("pk", flat=True))
    answers = Prediction.objects.filter(model=model).values_list("revision_id", "question_id")
    per_answer = dict.fromkeys(wanted, 0)
    doubled = 0
    for revision, _, times in answers.annotate(times=Count("id")).order_by():
        doubled += times - 1
        # An answer to what nobody asked is one too many as well.
        if revision in per_answer:
            per_answer[revision] += 1
        else:
            doubled += 1
    rollups_refresh()
    proof = rollups_prove()
    return {
        "reviews": len(wanted),
        "stored": Review.objects.count(),
        "missing": sum(len(model.questions) - found for found in per_answer.values()),
        "doubled": doubled,
        "parked": AnalysisWork.objects.filter(model=model, state="parked").count(),
        "wrong_cells": len(proof.days) + len(proof.months),
    }
