"""How long a change of a label set takes over a million predictions, and how long others wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.support.home import ThrowAwayHome

OPTIONS: dict[str, int | str] = {"rows": 1_000_000, "labels": 100_000}
Say = Callable[[str], None]
_QUESTION = "purchase_intent"
_MERGE = [
    {
        "op": "merge",
        "choices": ["considering", "will_not"],
        "into": {"key": "not_yet", "name_en": "not yet", "name_zh": "暂不购买", "polarity": -1},
    }
]


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    with ThrowAwayHome() as home:
        say(f"writing {options['rows']} reviews and predictions, {options['labels']} labels")
        home.call("benchmarks.label_sets:fill", dict(options))
        say("changing the set, with somebody who stores answers all the time")
        found: dict[str, float] = home.call("benchmarks.label_sets:measure")
    return found


def fill(rows: int, labels: int) -> None:
    """Called inside the home: everything by COPY or in the database itself."""
    from django.db import connection

    from accounts.models import Role, User
    from accounts.services import store_ensure
    from annotation.models import Question
    from modelops.models import ModelVersion, Snapshot, TrainingRun
    from reviews.services.importing import source_ensure

    store = store_ensure(actor=None, key="bench")
    source = source_ensure(actor=None, store=store, key="bench")
    person = User.objects.create_user("annotator", roles=[Role.ANNOTATOR])
    snapshot = Snapshot.objects.create(content_hash="0" * 64, name="bench")
    model = ModelVersion.objects.create(
        name="bench", number=1, run=TrainingRun.objects.create(snapshot=snapshot, base="none"),
        family="encoder", questions=[_QUESTION], state="champion", artefact="bench-1",
        artefact_hash="0" * 64,
    )  # fmt: skip
    question = Question.objects.get(key=_QUESTION, active=True)
    choices = list(question.choices.order_by("order").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into reviews_review (id, store_id, source_id, external_id, channel, language,
                content_hash, left_out, incentivised, legal_basis, purposes, created_at, updated_at,
                posted_at)
            select n, %s, %s, 'r' || n, 'review', 'en', lpad(n::text, 64, '0'), '', false,
                'legitimate_interest', '{analyse,train,label,export}', now(), now(),
                now() - n %% 730 * interval '1 day'
            from generate_series(1, %s) n""",
            [store.pk, source.pk, rows],
        )
        cursor.execute(
            """insert into reviews_textrevision (id, review_id, number, is_current, text,
                text_hash, redactor_version, placeholders, created_at)
            select n, n, 1, true, 'text ' || n, n::text, '1', 0, now()
            from generate_series(1, %s) n""",
            [rows],
        )
        with cursor.copy(
            "copy modelops_prediction (revision_id, question_id, model_id, choice_id, "
            "probabilities) from stdin"
        ) as copy:
            for row in _predictions(rows, question.pk, model.pk, choices):
                copy.write_row(row)
        cursor.execute(
            """insert into annotation_annotation (revision_id, question_id, choice_id,
                annotator_id, flags, comment, guideline_version, source, created_at)
            select n, %s, (%s::bigint[])[1 + n %% 4], %s, '{}', '', 1, 'page', now()
            from generate_series(1, %s) n""",
            [question.pk, choices, person.pk, labels],
        )
        for table in ("reviews_review", "reviews_textrevision"):
            cursor.execute("select setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, rows])
        cursor.execute("vacuum analyze")


def _predictions(
    rows: int, question: int, model: int, choices: list[int]
) -> Iterator[tuple[Any, ...]]:
    for at in range(1, rows + 1):
        mine = at % len(choices)
        shares = [0.1] * len(choices)
        shares[mine] = 1 - 0.1 * (len(choices) - 1)
        if at % 5 == 0:  # so unsure that two others together outweigh the answer
            shares = [0.2, 0.25, 0.25, 0.3]
            mine = 3
        yield at, question, model, choices[mine], shares


def measure() -> dict[str, float]:
    """Called inside the home."""
    from annotation.models import LabelSetChange, Question
    from annotation.selectors.label_set_preview import preview
    from annotation.services.label_set_undo import label_set_undo
    from annotation.services.label_sets import label_set_change
    from modelops.models import Prediction

    question = Question.objects.get(key=_QUESTION, active=True)
    began = time.perf_counter()
    seen = preview(question, _MERGE)
    figures = {"preview_s": time.perf_counter() - began}
    with _Answering() as others:
        began = time.perf_counter()
        label_set_change(actor=None, question=_QUESTION, changes=_MERGE, expect=seen["fingerprint"])
        figures["change_s"] = time.perf_counter() - began
    figures["answer_waits_s"] = others.worst
    made = LabelSetChange.objects.get()
    figures["missing"] = (
        seen["models"]["carried"] - Prediction.objects.filter(question=made.after).count()
    )
    with _Answering() as others:
        began = time.perf_counter()
        label_set_undo(actor=None, change=made)
        figures["undo_s"] = time.perf_counter() - began
    figures["answer_waits_undo_s"] = others.worst
    return {name: round(value, 2) for name, value in figures.items()}


class _Answering:
    """Somebody who stores answers one after the other; `worst`: seconds the slowest one waited."""

    def __enter__(self) -> _Answering:
        self.worst, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def _run(self) -> None:
        from django.db import connection, transaction

        from annotation.services.label_set_lock import sets_hold

        while not self._over.is_set():
            began = time.perf_counter()
            with transaction.atomic():
                sets_hold()
            self.worst = max(self.worst, time.perf_counter() - began)
            time.sleep(0.02)
        connection.close()

    def __exit__(self, *args: object) -> None:
        self._over.set()
        self._thread.join()
