"""A tiny trained model with the real questions, and reviews for it to answer."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone

from modelops.labelled import LabelledRow
from modelops.ml.files import sha256_file
from modelops.ml.spec import QuestionSpec
from modelops.ml.training import TrainResult, train_encoder
from modelops.models import ModelVersion, TrainingRun
from modelops.services.inference import models_folder
from modelops.services.snapshots import snapshot_create
from reviews.models import Product, Review, Source, TextRevision
from taxonomy.questions import BY_KEY
from tests.modelops.ml import tiny

QUESTIONS = ("sentiment", "product_demand")
# A character with an embedding in the tokeniser and none in the model: onnxruntime refuses it.
POISON = "☠"

Register = Callable[..., ModelVersion]
Store = Callable[..., list[TextRevision]]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.base_folder(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def trained_model(base: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainResult:
    home = tmp_path_factory.mktemp("trained")
    specs = [QuestionSpec(key, BY_KEY[key].choice_keys) for key in QUESTIONS]
    return train_encoder(
        tiny.reviews(160, 1),
        tiny.reviews(60, 2),
        None,
        specs,
        tiny.QUICK,
        home / "model",
        base=str(base),
        cache_dir=home / "cache",
    )


@pytest.fixture
def register(db: None, trained_model: TrainResult) -> Register:
    """Make a version with the tiny artefact, as a training would have."""

    def make(
        name: str = "tiny",
        *,
        passed: bool = True,
        state: str = "candidate",
        rows: Sequence[LabelledRow] = (),
        poisonous: bool = False,
    ) -> ModelVersion:
        rows = rows or [LabelledRow("很好", "zh", {"sentiment": "positive"}, split="train")]
        snapshot = snapshot_create(
            actor=None, rows=rows, questions=QUESTIONS, name="made", origin="file"
        )
        number = ModelVersion.objects.filter(name=name).count() + 1
        folder = models_folder() / f"{name}-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(trained_model.artefact, folder)
        if poisonous:
            _poison(folder)
        verdict = trained_model.verdict.to_dict()
        for check in verdict["checks"]:
            check["passed"] = passed
        return ModelVersion.objects.create(
            name=name,
            number=number,
            run=TrainingRun.objects.create(snapshot=snapshot, base="tiny"),
            family="encoder",
            questions=list(QUESTIONS),
            state=state,
            artefact=folder.name,
            artefact_hash=sha256_file(folder / "model.json"),
            metrics=trained_model.metrics,
            verdict=verdict | {"passed": passed},
        )

    return make


def _poison(folder: Path) -> None:
    """Let the tokeniser give POISON an id past the model's embeddings, hashes made good."""
    import json

    path = folder / "tokenizer.json"
    tokenizer = json.loads(path.read_text("utf-8"))
    tokenizer["model"]["vocab"][POISON] = 90_000
    path.write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")
    manifest = json.loads((folder / "model.json").read_text("utf-8"))
    manifest["files"]["tokenizer.json"] = sha256_file(path)
    (folder / "model.json").write_text(json.dumps(manifest), "utf-8")


@pytest.fixture
def store_reviews(cast: SimpleNamespace) -> Store:
    """Write reviews and their current revisions straight to the tables (no signal is sent)."""
    source = Source.objects.create(store=cast.lanting, key="shop")

    def store(texts: Sequence[str], products: int = 1, **fields: object) -> list[TextRevision]:
        made = [
            Product.objects.get_or_create(store=cast.lanting, external_id=f"p{at}")[0]
            for at in range(products)
        ]
        before = Review.objects.count()
        reviews = Review.objects.bulk_create(
            Review(
                **{
                    "store": cast.lanting,
                    "source": source,
                    "external_id": str(before + at),
                    "product": made[at % products],
                    "language": "zh",
                    "posted_at": timezone.now(),
                    "content_hash": "x",
                    **fields,
                }
            )
            for at, _ in enumerate(texts)
        )
        return TextRevision.objects.bulk_create(
            TextRevision(review=review, number=1, text=text, text_hash="x", redactor_version="test")
            for review, text in zip(reviews, texts, strict=True)
        )

    return store
