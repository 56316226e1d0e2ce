"""The champion's answers as a suggestion to those who label."""

from __future__ import annotations

from collections.abc import Collection

from annotation import prelabels
from modelops.selectors import champion
from modelops.selectors.answers import said_by


def _by_champion(revision_ids: Collection[int]) -> dict[int, prelabels.Prelabel]:
    model = champion()
    if model is None:
        return {}
    return {
        revision: prelabels.Prelabel(
            model=model.label,
            answers={
                key: (answer["label"], answer["probabilities"].get(answer["label"], 0.0))
                for key, answer in said.answers.items()
            },
            mentions=said.mentions,
        )
        for revision, said in said_by(model, revision_ids).items()
    }


def register() -> None:
    prelabels.register("champion", _by_champion)
