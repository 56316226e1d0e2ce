"""Which place in which batch a label of a file belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from annotation.formats.record import Drawn, Trouble, Unmapped
from annotation.models import Batch, BatchItem, SamplingDesign
from annotation.services.audit import audit_batch
from annotation.services.label_checks import Fitting
from annotation.services.label_options import Options

_MADE = "made_by_import"  # in a batch's frame: a file said what it was
# The one audit sample is the house's own, and a test is no labelling.
_NEVER_MADE = (SamplingDesign.AUDIT, SamplingDesign.TEST)
_LONGEST_NAME = 120  # characters
_MOST_ANSWERS = 32_767
_AT_ONCE = 2000  # rows


class Batches:
    """The batches that a file names, and the items of its reviews in them.

    A batch that was drawn here is never added to: its reviews have the chances they were drawn
    with. One that the file brings along, where the importer wants that, is as the file says.
    """

    def __init__(
        self, options: Options, fitting: Sequence[Fitting], clean: Mapping[str, str]
    ) -> None:
        """`clean`: names of the file as they may be kept, where they are other ones."""
        self._options = options
        self._clean = clean
        names = {one.drawn.batch for one in fitting if one.drawn is not None}
        kept = {clean.get(name, name) for name in names}
        found = Batch.objects.filter(name__in={*names, *kept, options.batch})
        self._by_name = {batch.name: batch for batch in found}
        reviews = {one.review for one in fitting}
        items = BatchItem.objects.filter(review__in=reviews).select_related("batch")
        self._items = {(one.batch_id, one.review_id): one for one in items}
        self._audited = {
            one.review_id: one
            for one in self._items.values()
            if one.batch.design == SamplingDesign.AUDIT
        }
        self._hands = Counter(one.review for one in fitting)
        self._new: list[BatchItem] = []

    def item(self, one: Fitting, troubles: list[Trouble]) -> BatchItem | None:
        """None where the labels stand alone. Raises Unmapped for what needs a place and has none.

        Labels of an audit sample stay such: outside of it they would be trained on.
        """
        drawn = one.drawn
        item = None
        if drawn is not None and drawn.design == SamplingDesign.AUDIT:
            item = self._of_audit(one, drawn)
        elif drawn is not None:
            item = self._of_file(one, drawn)
            if item is None:
                troubles.append(Trouble(one.line, "no_such_batch", drawn.batch, refused=False))
        if item is None and self._options.batch:
            item = self._of_options(one)
        if item is None and one.record.skip:
            raise Unmapped("skip_needs_batch")
        return item

    def save(self) -> None:
        """Write down the items that were added; they have their numbers from here on."""
        BatchItem.objects.bulk_create(self._new, batch_size=_AT_ONCE)
        self._new = []

    def _of_audit(self, one: Fitting, drawn: Drawn) -> BatchItem:
        if one.review in self._audited:
            return self._audited[one.review]
        if not self._options.make_batches:
            raise Unmapped("audit_label")
        item = self._add(audit_batch(), one, drawn.probability)
        self._audited[one.review] = item
        return item

    def _of_file(self, one: Fitting, drawn: Drawn) -> BatchItem | None:
        name = self._clean.get(drawn.batch, drawn.batch)[:_LONGEST_NAME]
        batch = self._by_name.get(drawn.batch) or self._by_name.get(name)
        if batch is None:
            if not self._options.make_batches:
                return None
            batch = self._by_name[name] = _made(name, drawn.design)
        if batch.design == SamplingDesign.TEST:
            return None
        item = self._items.get((batch.pk, one.review))
        if item is None and self._options.make_batches and made_by_import(batch):
            item = self._add(batch, one, drawn.probability, one.record.gold)
        return item

    def _of_options(self, one: Fitting) -> BatchItem:
        name = self._options.batch
        if name not in self._by_name:
            self._by_name[name] = _made(name, SamplingDesign.GIVEN)
        batch = self._by_name[name]
        return self._items.get((batch.pk, one.review)) or self._add(batch, one, None)

    def _add(
        self, batch: Batch, one: Fitting, probability: float | None, gold: bool = False
    ) -> BatchItem:
        """Added to what `save` writes down."""
        item = BatchItem(
            batch=batch,
            review_id=one.review,
            inclusion_probability=probability,
            wanted_answers=min(max(1, self._hands[one.review]), _MOST_ANSWERS),
            is_gold=gold,
        )
        self._new.append(item)
        self._items[batch.pk, one.review] = item
        return item


def made_by_import(batch: Batch) -> bool:
    return bool(batch.frame_filter.get(_MADE))


def _made(name: str, design: str) -> Batch:
    known = design in SamplingDesign.values and design not in _NEVER_MADE
    made, _ = Batch.objects.get_or_create(
        name=name,
        defaults={
            "design": design if known else SamplingDesign.GIVEN,
            "state": Batch.State.CLOSED,
            "frame_filter": {_MADE: True},
        },
    )
    return made
