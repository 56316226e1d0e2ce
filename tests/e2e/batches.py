"""Batches of difficult texts to label in a browser."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace

from annotation.models import Batch, BatchItem, SamplingDesign
from annotation.services.guidelines import guideline_seed
from annotation.services.questions import questions_seed
from benchmarks.support.labeller import CASES, Case
from tests import shop
from tests.analytics import factories

BY_TEXT = {case.text: case for case in CASES}


def batch_of(cast: SimpleNamespace, wanted: Iterable[Case], name: str = "June audit") -> Batch:
    questions_seed()
    guideline_seed()
    made = Batch.objects.create(
        name=name,
        design=SamplingDesign.UNIFORM,
        state="open",
        all_mentions=True,
        priority=100,  # above the audit sample, which may have drawn some of the shop's reviews
    )
    for case in wanted:
        review = factories.review(cast.lanting, language=case.language)
        shop.write(review, case.text)
        BatchItem.objects.create(batch=made, review=review, inclusion_probability=0.5)
    return made
