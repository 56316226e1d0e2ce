"""A shop with something on every page: reviews, answers, mentions, an import, models, a job."""

from __future__ import annotations

from types import SimpleNamespace

from analytics.services import cells_mark_all, rollups_refresh
from annotation.services.questions import questions_seed
from common.services import job_create
from modelops.models import PredictedMention
from reviews.models import ImportBatch, RejectedRow, Review, TextRevision
from reviews.search_vector import search_vector
from tests.analytics import factories

KETTLE_TEXT = "水壶很好看，就是盖子漏水，客服说打 [PHONE_1]，希望把手再长一点 <b>急</b>"


def write(review: Review, text: str) -> None:
    """Give `review` another current text, as if it had come in with it."""
    TextRevision.objects.filter(review=review, is_current=True).update(
        text=text, search=search_vector(text)
    )


def model_with_scores(name: str, state: str, difference: float) -> object:
    """A version that is better than its only baseline by `difference` in macro-F1."""
    version = factories.model_version(name, state)
    mine, theirs = 0.55 + difference, 0.55

    def scores(value: float) -> dict[str, object]:
        one = {"n": 90, "accuracy": value, "macro_f1": value, "ece": 0.03, "per_label": {}}
        return {**one, "by_lang": {"zh": one, "en": one}}

    version.metrics = {"dev": {key: scores(mine) for key in version.questions}}
    version.baselines = {"tfidf_lr": {key: scores(theirs) for key in version.questions}}
    checks = [
        {
            "question": key,
            "language": language,
            "baseline": "tfidf_lr",
            "n": 90,
            "candidate": mine,
            "reference": theirs,
            "difference": difference,
            "low": difference - 0.05,
            "high": difference + 0.05,
            "passed": difference > 0,
        }
        for key in version.questions
        for language in ("zh", "en")
    ]
    version.verdict = {"passed": difference > 0, "checks": checks}
    version.card = "# Model card\n\n| what | value |\n|---|---|\n| base | <script>tiny</script> |\n"
    version.save()
    return version


def open_shop(cast: SimpleNamespace) -> SimpleNamespace:
    """Lanting sells a kettle (14 reviews) and northway a phone (12)."""
    questions_seed()
    champion = factories.model_version("starter")
    kitchen, phones = factories.category("kitchen"), factories.category("phones")
    kettle = factories.product(
        cast.lanting, "K-1", name_en="Kettle", name_zh="电热水壶", brand="Hoyvane", category=kitchen
    )
    phone = factories.product(
        cast.northway, "P-1", name_en="Phone", name_zh="手机", category=phones
    )
    rows = []
    for number in range(14):
        rows.append(
            factories.answered(
                champion,
                cast.lanting,
                f"2026-03-{number + 10:02d}",
                product=kettle,
                stars=5 if number < 9 else 1,
                language="zh" if number % 2 else "en",
                sentiment="positive" if number < 9 else "negative",
                purchase_intent="want" if number < 3 else "none",
                product_demand="improve" if number > 11 else "none",
            )
        )
    latest = rows[-1]
    write(latest, KETTLE_TEXT)
    revision = latest.revisions.get(is_current=True)
    PredictedMention.objects.create(
        revision=revision, model=champion, start=8, end=10, kind="issue", score=0.8
    )
    theirs = [
        factories.answered(champion, cast.northway, f"2026-03-{day}", product=phone, stars=4)
        for day in range(10, 22)
    ]
    job = job_create(actor=cast.mia, kind="import_file", arguments={})
    batch = ImportBatch.objects.create(
        source=latest.source, job=job, actor=cast.mia, file_name="march.csv", file_hash="0",
        state="done", rows=16, created=14, rejected=2,
    )  # fmt: skip
    RejectedRow.objects.create(
        batch=batch, line=7, field="date", reason="bad_date", detail="write YYYY-MM-DD",
        content="=cmd | [PHONE_1]",
    )  # fmt: skip
    cells_mark_all()
    rollups_refresh()
    return SimpleNamespace(
        champion=champion, kettle=kettle, phone=phone, reviews=rows, latest=latest,
        theirs=theirs, job=job, batch=batch,
    )  # fmt: skip
