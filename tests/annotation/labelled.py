"""Reviews with answers of several people, written straight to the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import Role, Store, User
from annotation.models import Annotation, Batch, BatchItem, Choice, Mention, SamplingDesign
from annotation.services.guidelines import guideline_seed
from annotation.services.questions import questions_seed
from reviews.models import Review
from tests import shop
from tests.analytics import factories


def annotator(name: str, store: Store) -> User:
    made = User.objects.create_user(username=name, password="x", roles=[Role.ANNOTATOR])
    made.stores.set([store])
    return made


def batch(name: str = "june", **fields: Any) -> Batch:
    questions_seed()
    guideline_seed()
    return Batch.objects.create(
        **{"name": name, "design": SamplingDesign.UNIFORM, "state": "open", **fields}
    )


def labelled(
    into: Batch,
    store: Store,
    text: str,
    said: Mapping[User, Mapping[str, str]],
    marks: Mapping[User, tuple[int, int, str]] = {},
    **more: Any,
) -> Review:
    """A review in `into` about which each of `said` answered; keys are those of the questions."""
    review = factories.review(store, language=more.pop("language", "zh"))
    shop.write(review, text)
    item = BatchItem.objects.create(batch=into, review=review, wanted_answers=len(said))
    revision = review.revisions.get(is_current=True)
    for person, answers in said.items():
        for question, key in answers.items():
            choice = Choice.objects.get(question__key=question, question__active=True, key=key)
            Annotation.objects.create(
                **{
                    "revision": revision, "question": choice.question, "choice": choice,
                    "annotator": person, "item": item, "source": "page", **more,
                }
            )  # fmt: skip
    for person, (start, end, kind) in marks.items():
        Mention.objects.create(
            revision=revision, annotator=person, start=start, end=end, kind=kind, scope="product"
        )
    return review
