"""Which place in which batch a label of a file belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from annotation.formats.record import Drawn, Trouble, Unmapped
from annotation.models import Batch, BatchItem, SamplingDesign
from annotation.services.audit import audit_batch
from annotation.services.label_checks import Fitting
from annotation.services.label_options import Options

_MADE = "made_by_import"  # in a batch's frame: a file said what it was


class Batches:
    """The batches that a file names, and the items of its reviews in them.

    A batch that was drawn here is never added to: its reviews have the chances they were drawn
    with. One that the file brings along, where the importer wants that, is as the file says.
    """

    def __init__(self, options: Options, fitting: Sequence[Fitting]) -> None:
        self._options = options
        names = {one.drawn.batch for one in fitting if one.drawn is not None}
        found = Batch.objects.filter(name__in={*names, options.batch})
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

    def _of_audit(self, one: Fitting, drawn: Drawn) -> BatchItem:
        if one.review in self._audited:
            return self._audited[one.review]
        if not self._options.make_batches:
            raise Unmapped("audit_label")
        item = self._add(audit_batch(), one, drawn.probability)
        self._audited[one.review] = item
        return item

    def _of_file(self, one: Fitting, drawn: Drawn) -> BatchItem | None:
        batch = self._by_name.get(drawn.batch)
        if batch is None:
            if not self._options.make_batches:
                return None
            batch = self._by_name[drawn.batch] = _made(drawn)
        item = self._items.get((batch.pk, one.review))
        if item is None and self._options.make_batches and batch.frame_filter.get(_MADE):
            item = self._add(batch, one, drawn.probability)
        return item

    def _of_options(self, one: Fitting) -> BatchItem:
        name = self._options.batch
        if name not in self._by_name:
            self._by_name[name] = _made(Drawn(name, SamplingDesign.GIVEN))
        batch = self._by_name[name]
        return self._items.get((batch.pk, one.review)) or self._add(batch, one, None)

    def _add(self, batch: Batch, one: Fitting, probability: float | None) -> BatchItem:
        item = BatchItem.objects.create(
            batch=batch,
            review_id=one.review,
            inclusion_probability=probability,
            wanted_answers=max(1, self._hands[one.review]),
        )
        self._items[batch.pk, one.review] = item
        return item


def _made(drawn: Drawn) -> Batch:
    known = drawn.design in SamplingDesign.values and drawn.design != SamplingDesign.AUDIT
    return Batch.objects.create(
        name=drawn.batch,
        design=drawn.design if known else SamplingDesign.GIVEN,
        state=Batch.State.CLOSED,
        frame_filter={_MADE: True},
    )
