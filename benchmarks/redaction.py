"""Redaction with names: texts a second, time for one text, the worst text found, answers kept."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.support import champions, texts
from common.home import CHECKOUT

if TYPE_CHECKING:
    from privacy.redaction.engine import Redactor
    from privacy.redaction.fold import Views
    from privacy.redaction.recogniser import Finder

OPTIONS: dict[str, int | str] = {"texts": 3000, "tries": 400, "model": "champion"}
Say = Callable[[str], None]
Work = tuple[str, Callable[["Views"], object]]
_PROCESSES = 2
_BATCH = 200
_ONE_BY_ONE = 400
_SMALL, _LARGE = 2_000, 20_000  # bytes of UTF-8
_MARKED = "pii_dev_templates.jsonl"


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    from privacy.redaction.engine import Redactor
    from privacy.redaction.full import full_redactor

    before = _memory()
    began = time.perf_counter()
    redactor = full_redactor()
    redactor.redact_many(["Rosalind helped me", "客服罗晓峰帮我"])
    figures: dict[str, float] = {
        "startup_s": round(time.perf_counter() - began, 2),
        "startup_mb": round(_memory() - before, 1),
    }
    work = [row["text"] for row in texts.varied(options["texts"])] + _marked(note)
    random.Random(1).shuffle(work)
    say(f"{len(work)} texts; one process, then {_PROCESSES}")
    spent = time.process_time()
    figures["texts_s_one"] = _rate(work, redactor.redact_many)
    figures["texts_cpu_s"] = round(len(work) / (time.process_time() - spent), 1)
    figures["rules_texts_s"] = _rate(work, Redactor().redact_many)
    figures["texts_s"] = _in_processes(work)
    times = sorted(_seconds(lambda text=text: redactor.redact(text)) for text in work[:_ONE_BY_ONE])
    figures["p95_ms"] = round(1000 * times[int(0.95 * len(times))], 2)
    say(f"looking for the worst text of each recogniser, {options['tries']} tries")
    worst, rule, unit = _worst(redactor.finders, options["tries"])
    figures["worst_ms"] = round(1000 * worst, 1)
    say(f"the worst: {rule} on {unit!r} repeated")
    figures |= _answers(str(options["model"]), redactor.redact_many, note)
    return figures


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kB -> MB


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _rate(work: Sequence[str], redact: Callable[[Sequence[str]], object]) -> float:
    parts = [work[at : at + _BATCH] for at in range(0, len(work), _BATCH)]
    return round(len(work) / _seconds(lambda: [redact(part) for part in parts]), 1)


def _in_processes(work: Sequence[str]) -> float:
    """Texts a second of workers that have their models loaded, as Celery's have."""
    parts = [work[at : at + _BATCH] for at in range(0, len(work), _BATCH)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_PROCESSES, context) as pool:
        # Enough small tasks that every process has loaded its models before the clock starts.
        list(pool.map(_redact, [parts[0][:50]] * (10 * _PROCESSES)))
        return round(len(work) / _seconds(lambda: list(pool.map(_redact, parts))), 1)


@lru_cache(maxsize=1)
def _own_redactor() -> Redactor:
    from privacy.redaction.full import full_redactor

    return full_redactor()


def _redact(part: Sequence[str]) -> int:
    return len(_own_redactor().redact_many(part))


def _folder() -> Path:
    return Path(os.environ.get("VERBATIM_BENCH_DATA") or CHECKOUT.parent / "shared" / "data")


def _marked(note: Say) -> list[str]:
    path = _folder() / _MARKED
    if not path.is_file():
        note(
            f"{_MARKED} is absent from VERBATIM_BENCH_DATA: only reviews with little personal data"
        )
        return []
    return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]


def _worst(finders: Sequence[Finder], tries: int) -> tuple[float, str, str]:
    """Seconds of the slowest recogniser on 20 kB, its name, and what was repeated.

    Every unit is tried small on everything; for each recogniser its three slowest, large.
    """
    from privacy.redaction.fold import Views

    slowest: dict[str, list[tuple[float, str]]] = {}
    whole = dict(_works(finders))
    for unit in _units(tries):
        views = Views(_repeated(unit, _SMALL))
        for name, work in whole.items():
            spent = _seconds(lambda work=work, views=views: work(views))
            slowest[name] = sorted([*slowest.get(name, []), (spent, unit)], reverse=True)[:3]
    found = (0.0, "", "")
    for name, units in slowest.items():
        for _, unit in units:
            views = Views(_repeated(unit, _LARGE))
            # The best of two: the machine does other things meanwhile.
            spent = min(_seconds(lambda n=name, v=views: whole[n](v)) for _ in range(2))
            found = max(found, (spent, name, unit))
    return found


def _works(finders: Sequence[Finder]) -> Iterator[Work]:
    from privacy.redaction.recogniser import Recogniser

    for finder in finders:
        if isinstance(finder, Recogniser):
            for rule in finder.rules:
                name = f"{finder.type.lower()}.{rule.name}"
                yield name, lambda views, rule=rule: list(rule.hits(views))
        else:
            name = type(finder).__name__
            yield name, lambda views, finder=finder: finder.find_many([views])


def _units(tries: int) -> Iterator[str]:
    """What keeps a pattern busy: known pieces, two of them, and pieces of real texts."""
    from tests.privacy.redaction.adversarial import UNITS

    rng = random.Random(3)
    real = [row["text"] for row in texts.varied(200)]
    yield from UNITS
    for _ in range(tries):
        text = rng.choice(real)
        at = rng.randrange(len(text))
        yield rng.choice(UNITS) + rng.choice(
            ["", rng.choice(UNITS), text[at : at + rng.randint(1, 20)]]
        )


def _repeated(unit: str, size: int) -> str:
    return unit * (size // len(unit.encode()) + 1)


def _answers(
    model: str, redact_many: Callable[[Sequence[str]], Sequence[Any]], note: Say
) -> dict[str, float]:
    """How often the model's sentiment is the same before and after redaction."""
    folder = _model_folder(model)
    if folder is None:
        note("no champion here, so whether its answers stay the same was not measured")
        return {}
    from modelops.ml import families

    family = json.loads((folder / "model.json").read_text("utf-8")).get("family", "encoder")
    opened = families.get(family).load(folder, threads=_PROCESSES)
    figures = {}
    sets = {"sentiment_same": [row["text"] for row in texts.sample_rows()]}
    sets["sentiment_same_marked"] = _marked(note)
    for name, plain in sets.items():
        done = [found.text for found in redact_many(plain)]
        said, again = _labels(opened, plain), _labels(opened, done)
        same = [a == b for a, b in zip(said, again, strict=True)]
        figures[name] = round(sum(same) / max(1, len(same)), 5)
        changed = sum(a != b for a, b in zip(plain, done, strict=True))
        figures[name.replace("same", "redacted")] = changed
    return figures


def _model_folder(model: str) -> Path | None:
    if model != "champion":
        return Path(model)
    found = champions.described()
    return Path(found["folder"]) if found else None


def _labels(model: Any, plain: Sequence[str]) -> list[str]:
    found = model.predict(list(plain), ["sentiment"], mentions=False)
    return [one.to_dict()["answers"]["sentiment"]["label"] for one in found]
