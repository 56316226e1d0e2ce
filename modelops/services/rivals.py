"""Whether a version does worse than the one that answers now, before nobody looks at it."""

from __future__ import annotations

from typing import Any

from modelops.models import ModelVersion
from modelops.selectors.models import champion
from modelops.selectors.questions import choices_lost
from modelops.selectors.snapshots import examples_of
from modelops.services.evaluation import examples_score

MARGIN = 0.01
"""Of macro-F1 on the version's dev rows; a smaller loss passes for chance."""


def worse_than_champion(model: ModelVersion) -> list[dict[str, Any]]:
    """The questions on which the champion scores higher on the dev rows of `model`, by more than
    MARGIN, as reasons of `promotion_problems`: code `worse`, question, n, candidate, champion.

    Questions whose choices mean something else by now are passed over: there the champion is the
    one that is out of date. Raises ArtefactCorrupt.
    """
    before = champion()
    if before is None or before.pk == model.pk:
        return []
    lost = choices_lost(before)
    asked = [key for key in model.questions if key in before.questions and key not in lost]
    rows = examples_of(model.run.snapshot, "dev")
    if not asked or not rows:
        return []
    theirs, mine = (
        examples_score(model=one, questions=asked, examples=rows) for one in (before, model)
    )
    return [
        {
            "code": "worse",
            "question": key,
            "n": mine[key]["n"],
            "candidate": mine[key]["macro_f1"],
            "champion": theirs[key]["macro_f1"],
        }
        for key in asked
        if key in mine
        and key in theirs
        and mine[key]["macro_f1"] < theirs[key]["macro_f1"] - MARGIN
    ]
