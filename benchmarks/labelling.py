"""How quick labelling by keyboard is, from Enter to the next review; whether answers get lost."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Any

from benchmarks.support.home import ThrowAwayHome
from benchmarks.support.labeller import Case, cases, label
from benchmarks.support.site import Site

OPTIONS: dict[str, int | str] = {"reviews": 50, "people": 2, "offline": 3}
Say = Callable[[str], None]
_PASSWORD = "keys only, no mouse"  # noqa: S105 - of people in a home to throw away

# From the key to the moment at which the next review is painted.
_WATCH = """
window.spent = [];
let pressed = null;
window.addEventListener("keydown", (event) => {
  if (event.key === "Enter") pressed = performance.now();
}, true);
window.addEventListener("DOMContentLoaded", () => {
  const label = document.getElementById("label");
  if (!label) return;
  new MutationObserver(() => {
    if (pressed === null || !label.dataset.item) return;
    const began = pressed;
    pressed = null;
    requestAnimationFrame(() => setTimeout(() => window.spent.push(performance.now() - began)));
  }).observe(label, { attributes: true, attributeFilter: ["data-item"] });
});
"""


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        note("needs Chromium: apt-get install -y chromium fonts-noto-cjk")
        return {}
    wanted = cases(options["reviews"])
    names = [f"annotator-{number + 1}" for number in range(options["people"])]
    with ThrowAwayHome() as home:
        say(f"{len(wanted)} reviews for {len(names)} people")
        batch = home.call("benchmarks.labelling:fill", {"count": len(wanted), "names": names})
        with Site(home) as site, _browser(chromium) as browser:
            base = f"http://127.0.0.1:{site.port}"
            spent = [
                one for name in names
                for one in _work(browser, base, name, batch, wanted, options["offline"], say)
            ]  # fmt: skip
        found = home.call("benchmarks.labelling:outcome", {"count": len(wanted)})
    spent.sort()
    return found | {
        "p50_ms": round(median(spent), 1),
        "p95_ms": round(spent[int(0.95 * (len(spent) - 1))], 1),
        "worst_ms": round(spent[-1], 1),
        "shown": len(spent),
    }


@contextmanager
def _browser(program: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def _work(
    browser: Any, base: str, name: str, batch: int, wanted: dict[str, Case], offline: int, say: Say
) -> list[float]:
    """One person labels the whole batch, every Enter twice, in the middle without a network."""
    context = browser.new_context(base_url=base, viewport={"width": 1280, "height": 900})
    context.add_init_script(_WATCH)
    page = context.new_page()
    page.goto("/")
    page.fill("#id_username", name)
    page.fill("#id_password", _PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_selector("main.v-page")
    page.goto(f"/label/{batch}/")
    for number in range(len(wanted)):
        if number == len(wanted) // 2:
            page.wait_for_function("Number(document.getElementById('label').dataset.ahead) >= 3")
            context.set_offline(True)
        label(page, wanted, double=True)
        if number == len(wanted) // 2 + offline - 1:
            context.set_offline(False)
        if number % 10 == 9:
            say(f"{name}: {number + 1}")
    page.wait_for_selector("#label[data-state=done][data-waiting='0']")
    spent: list[float] = page.evaluate("window.spent")
    context.close()
    return spent


def fill(count: int, names: list[str]) -> int:
    """Called inside the home: the reviews, the people, and a batch that wants them all."""
    import hashlib

    from accounts.models import Role, Store, User
    from annotation.services.batches import Frame, Wanted, batch_create
    from reviews.models import Review, Source, TextRevision

    store = Store.objects.create(key="bench", name_en="Bench", name_zh="测试")
    source = Source.objects.create(store=store, key="bench")
    for number, case in enumerate(cases(count).values()):
        digest = hashlib.sha256(case.text.encode()).hexdigest()
        review = Review.objects.create(
            store=store,
            source=source,
            external_id=str(number),
            language=case.language,
            content_hash=digest,
        )
        TextRevision.objects.create(
            review=review, number=1, text=case.text, text_hash=digest, redactor_version="1"
        )
    for name in names:
        person = User.objects.create_user(
            username=name, password=_PASSWORD, roles=[Role.ANNOTATOR], is_staff=True
        )
        person.stores.set([store])
    wanted = Wanted(overlap=len(names), all_mentions=True)
    frame = Frame([store])
    return batch_create(actor=None, name="bench", frame=frame, size=count, seed=1, wanted=wanted).pk


def outcome(count: int) -> dict[str, float]:
    """Called inside the home: what was stored, against what was typed."""
    from annotation.models import Annotation, Assignment, Mention

    wanted = cases(count)
    ended = list(Assignment.objects.filter(state="answered"))
    people = {one.annotator_id for one in ended}
    answers = Counter(
        Annotation.objects.filter(question__key="sentiment").values_list(
            "revision__text", "annotator"
        )
    )
    marked = Counter(
        (
            one.annotator_id,
            one.revision.text,
            one.revision.text[one.start : one.end],
            one.kind,
            one.scope,
        )
        for one in Mention.objects.select_related("revision")
    )
    right = Counter((who, *case.marked) for who in people for case in wanted.values() if case.words)
    return {
        "answers": len(ended),
        "missing": count * len(people) - len(answers),
        "doubled": sum(n - 1 for n in answers.values()),
        "wrong_spans": (marked - right).total() + (right - marked).total(),
        "median_s": round(median(one.seconds_spent or 0 for one in ended), 2),
        "median_keys": median(one.keys_pressed or 0 for one in ended),
    }
