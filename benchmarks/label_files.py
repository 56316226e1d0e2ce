"""How quick labels go into files and come in from them, and how much memory that takes."""

from __future__ import annotations

import resource
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.support.home import ThrowAwayHome

OPTIONS: dict[str, int | str] = {"answers": 1_000_000, "imported": 100_000}
Say = Callable[[str], None]
_QUESTIONS = 3
_FEW = 10  # a tenth of the answers, to see whether the memory grows with them
_PEOPLE = 3


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    reviews = max(_FEW, options["answers"] // _QUESTIONS)
    found: dict[str, float] = {}
    with ThrowAwayHome() as home:
        say(f"{reviews} reviews with {_QUESTIONS} answers each")
        home.call("benchmarks.support.big_shop:fill", {"rows": reviews})
        found |= home.call("benchmarks.label_files:answer")
        for key in ("jsonl", "csv", "label_studio", "prodigy", "doccano"):
            for batch, what in (("few", "tenth_"), ("", "")):
                say(f"{what}{key} is written")
                arguments = {"key": key, "batch": batch, "what": f"{what}{key}"}
                found |= home.call("benchmarks.label_files:write", arguments)
        say("a file comes in")
        arguments = {"answers": options["imported"]}
        found |= home.call("benchmarks.label_files:bring", {**arguments, "what": "import"})
        found |= home.call("benchmarks.label_files:bring", {**arguments, "what": "reimport"})
    return found


_ITEMS = """
insert into annotation_batchitem
  (batch_id, review_id, inclusion_probability, wanted_answers, added_at, is_gold, ended)
select %(batch)s, id, 0.5, 1, now(), false, 1 from reviews_review
where id % %(every)s = %(rest)s
"""
_ANSWERS = """
insert into annotation_annotation
  (revision_id, question_id, choice_id, annotator_id, item_id, flags, comment, seconds_spent,
   guideline_version, source, created_at)
select r.id, q.id,
  (select c.id from annotation_choice c where c.question_id = q.id
   order by c."order", c.id offset r.id % 3 limit 1),
  (%(people)s::bigint[])[1 + r.id % array_length(%(people)s::bigint[], 1)], i.id, '{}', '',
  3.5, 1, 'page', now()
from reviews_textrevision r
join annotation_batchitem i on i.review_id = r.review_id
cross join annotation_question q where q.active
"""


def answer() -> dict[str, float]:
    """Called inside the home: everything answered, a tenth of it in a batch of its own."""
    from django.db import connection

    from accounts.models import Role, Store, User
    from annotation.models import Annotation, Batch

    people = []
    for n in range(_PEOPLE):
        person = User.objects.create(username=f"person-{n}", roles=[Role.ANNOTATOR])
        person.stores.set(Store.objects.all())
        people.append(person.pk)
    for name, comparison in (("few", "="), ("many", "<>")):
        batch = Batch.objects.create(name=name, design="uniform")
        with connection.cursor() as cursor:
            values = {"batch": batch.pk, "every": _FEW, "rest": 0}
            statement = _ITEMS.replace("= %(rest)s", f"{comparison} %(rest)s")
            cursor.execute(statement.replace("id % %", "id %% %"), values)
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS.replace("r.id % ", "r.id %% "), {"people": people})
        for table in ("batchitem", "annotation"):
            cursor.execute(f"vacuum analyze annotation_{table}")
    return {"answers": Annotation.objects.count()}


def write(key: str, batch: str, what: str) -> dict[str, float]:
    """Called inside the home, in a process of its own: one export."""
    from accounts.models import Store
    from annotation.models import Batch
    from annotation.selectors.label_records import Wanted
    from annotation.services.label_exports import (
        export_path,
        label_export_job,
        label_export_start,
        label_files_folder,
    )

    wanted = Wanted(batches=list(Batch.objects.filter(name=batch).values_list("pk", flat=True)))
    stores = list(Store.objects.all())
    export = label_export_start(actor=None, format_key=key, stores=stores, wanted=wanted)
    spent = _done(label_export_job(export))
    export.refresh_from_db()
    if key == "jsonl" and not batch:
        shutil.copyfile(export_path(export), label_files_folder() / "all.jsonl")
    export_path(export).unlink()
    return {
        f"{what}_records_s": round(export.counts["records"] / spent, 1),
        f"{what}_mb": round(export.size / 1e6, 1),
        f"{what}_peak_mb": _peak_mb(),
    }


def bring(answers: int, what: str) -> dict[str, float]:
    """Called inside the home: the first lines of the export come in where nobody answered yet,
    and once more."""
    from django.core.files import File

    from accounts.models import Store
    from annotation.models import Annotation
    from annotation.services.label_exports import label_files_folder
    from annotation.services.label_imports import label_import_job, label_import_start
    from annotation.services.label_options import Options

    if what == "import":
        Annotation.objects.all().delete()
    stores = list(Store.objects.all())
    some = _first_lines(label_files_folder() / "all.jsonl", max(1, answers // _QUESTIONS))
    with some.open("rb") as file:
        found = label_import_start(
            actor=None, file=File(file, name="some"), format_key="jsonl", options=Options(),
            stores=stores,
        )  # fmt: skip
    spent = _done(label_import_job(found))
    found.refresh_from_db()
    records = found.counts["created"] + found.counts["unchanged"]
    return {
        f"{what}_created": found.counts["created"],
        f"{what}_refused": found.counts["rejected"],
        f"{what}_records_s": round(records / spent, 1),
        f"{what}_peak_mb": _peak_mb(),
    }


def _first_lines(path: Path, count: int) -> Path:
    some = path.with_name("some.jsonl")
    with path.open("rb") as file, some.open("wb") as to:
        for _, line in zip(range(count), file, strict=False):
            to.write(line)
    return some


def _done(job: Any) -> float:
    """Seconds in which the job was done here."""
    from common.runner import run_job

    began = time.perf_counter()
    done = run_job(job.pk)
    if done is None or done.state != "succeeded":
        raise RuntimeError(f"the job was {done and done.state}: {done and done.error}")
    return time.perf_counter() - began


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
