"""How good a version is on labelled texts, beside baselines that learned from the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelops.errors import UnknownQuestion
from modelops.labelled import LabelledRow
from modelops.ml.spec import Example, QuestionSpec
from modelops.models import ModelVersion
from modelops.selectors.questions import choices_lost
from modelops.selectors.snapshots import examples_of
from modelops.services.label_files import Progress, labelled_file_read
from modelops.services.translating import model_now

if TYPE_CHECKING:
    import numpy.typing as npt

    from modelops.ml.families import Model

_CHUNK = 256  # texts


def model_evaluate_file(
    *,
    model: ModelVersion,
    question: str,
    path: Path,
    codes: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The scores of `model` on a labelled file, JSON-ready; nothing is stored.

    Raises BadLabelFile, UnknownQuestion, ArtefactCorrupt.
    """
    _check_asked(model, question)
    found = labelled_file_read(path, [question], codes or {}, progress)
    rows = [example_of(number, row) for number, row in enumerate(found.rows)]
    tell = progress or (lambda stage, done, total: None)
    scores = examples_score(model=model, questions=[question], examples=rows, progress=tell)
    tell("baselines", 0, 0)
    baselines = baselines_score(model=model, question=question, examples=rows)
    empty: dict[str, Any] = {"n": 0, "accuracy": None, "macro_f1": None, "per_label": {}}
    return {
        "question": question,
        "model": model.label,
        **(empty | {"ece": None, "by_lang": {}} | scores.get(question, {})),
        "baselines": baselines,
        "left_out": dict(found.left_out),
    }


def examples_score(
    *,
    model: ModelVersion,
    questions: Sequence[str],
    examples: Sequence[Example],
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Scores by question (n, accuracy, macro_f1, ece, nll, per_label, by_lang), JSON-ready."""
    from modelops.ml.training import score_all
    from modelops.services.figures import finite

    session = model_now(model)
    examples = [session.translation.example(example) for example in examples]
    specs = [spec for spec in session.questions if spec.key in questions]
    if not specs:
        return {}
    found = _probabilities(session, specs, [example.text for example in examples], progress)
    scores: dict[str, Any] = finite(score_all(found, examples, specs))
    return scores


def baselines_score(
    *, model: ModelVersion, question: str, examples: Sequence[Example]
) -> dict[str, Any]:
    """Scores of the baselines fitted on the train rows of the model's own snapshot, by name."""
    from modelops.ml import evaluation
    from modelops.ml.training import fit_baselines, score_all
    from modelops.services.figures import finite

    session = model_now(model)
    specs = [spec for spec in session.questions if spec.key == question]
    snapshot = model.run.snapshot
    train, dev = (
        [session.translation.example(example) for example in examples_of(snapshot, split)]
        for split in ("train", "dev")
    )
    if not specs or not any(example.answers.get(question) for example in train):
        return {}  # its rows were erased
    out = {}
    for name, baseline in fit_baselines(train, dev, specs).items():
        probabilities = evaluation.probabilities(baseline, examples, specs)
        scores = score_all(probabilities, examples, specs)
        if question in scores:
            out[name] = finite(scores[question])
    return out


def example_of(number: int, row: LabelledRow) -> Example:
    return Example(str(number), row.text, row.language, row.answers)


def _probabilities(
    session: Model,
    specs: Sequence[QuestionSpec],
    texts: Sequence[str],
    progress: Progress | None,
) -> dict[str, npt.NDArray[Any]]:
    import numpy as np

    keys = [spec.key for spec in specs]
    rows: dict[str, list[list[float]]] = {key: [] for key in keys}
    for start in range(0, len(texts), _CHUNK):
        for found in session.predict(texts[start : start + _CHUNK], keys, mentions=False):
            for spec in specs:
                shares = found.answers[spec.key].probabilities
                rows[spec.key].append([shares[choice] for choice in spec.choices])
        if progress is not None:
            progress("answering", min(start + _CHUNK, len(texts)), len(texts))
    return {
        spec.key: np.array(rows[spec.key]).reshape(len(texts), len(spec.choices)) for spec in specs
    }


def _check_asked(model: ModelVersion, question: str) -> None:
    if question not in model.questions:
        raise UnknownQuestion(
            f"{model.label} does not answer {question!r}; it answers {', '.join(model.questions)}."
        )
    lost = choices_lost(model).get(question)
    if lost:
        raise UnknownQuestion(
            f"{model.label} was trained on other choices of {question} ({', '.join(lost)}); "
            "train anew."
        )
