"""From the records of a file to labels that fit: each is whole, or told with its reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotation.formats.joining import joined
from annotation.formats.record import Drawn, Mark, Record, Trouble, Unmapped
from annotation.models import Guideline, Question, SkipReason
from annotation.selectors.label_sets import versions_read
from annotation.services.label_options import Options
from annotation.services.label_people import Hand, People
from annotation.services.label_places import Place, Places
from taxonomy.mentions import demand_from_mentions

Progress = Callable[[int, int], None]
_DEMAND = "product_demand"
_MOST_MENTIONS = 50
_LONGEST_COMMENT = 1000  # characters
_LONGEST_SECONDS = 3600.0  # what is longer was a pause
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Fitting:
    """A record that can be stored: its revision, its annotator here, its spans on that text."""

    record: Record
    revision: int
    review: int
    hand: Hand
    answers: dict[str, str]
    marks: tuple[Mark, ...]

    @property
    def line(self) -> int:
        return self.record.lines[0] if self.record.lines else 0

    @property
    def drawn(self) -> Drawn | None:
        return self.record.drawn


@dataclass(slots=True)
class Checked:
    fitting: list[Fitting]
    troubles: list[Trouble]


class Checks:
    """All that is asked of a record, against what is here."""

    def __init__(self, options: Options, places: Places) -> None:
        self._people = People(options)
        self._places = places
        asked = Question.objects.filter(active=True).values_list("key", flat=True)
        self._versions = {key: versions_read(key) for key in asked}
        self._guidelines = set(Guideline.objects.values_list("version", flat=True))

    def run(self, found: Iterable[Record | Trouble], progress: Progress) -> Checked:
        out = Checked([], [])
        records: list[Record] = []
        for one in _apart(found, out.troubles):
            try:
                _sensible(one, self._versions)
                records.append(one)
            except Unmapped as error:
                out.troubles += _told(one, error)
        for start in range(0, len(records), _AT_ONCE):
            self._some(records[start : start + _AT_ONCE], out)
            progress(min(start + _AT_ONCE, len(records)), len(records))
        _once(out)
        return out

    def _some(self, records: Sequence[Record], out: Checked) -> None:
        for record, place in zip(records, self._places.find(records), strict=True):
            try:
                if isinstance(place, Unmapped):
                    raise place
                out.fitting.append(self._fitting(record, place, out.troubles))
            except Unmapped as error:
                out.troubles += _told(record, error)

    def _fitting(self, record: Record, place: Place, troubles: list[Trouble]) -> Fitting:
        hand = self._people.hand(record.person)
        marks = tuple(_placed(mark, place) for mark in record.marks or ())
        answers = dict(record.answers)
        if marks and _DEMAND in answers:
            follows = demand_from_mentions(
                mark.kind for mark in sorted(marks, key=lambda one: (one.start, one.end))
            )
            if answers[_DEMAND] != follows:
                troubles += _told(record, Unmapped("demand_follows"), refused=False)
                answers[_DEMAND] = follows
        if record.guideline and record.guideline not in self._guidelines:
            troubles += _told(
                record, Unmapped("unknown_guideline", str(record.guideline)), refused=False
            )
        revision = place.revision
        return Fitting(record, revision.pk, revision.review_id, hand, answers, marks)


def _apart(found: Iterable[Record | Trouble], troubles: list[Trouble]) -> list[Record]:
    """The records joined by person and review; what is told of lines goes to `troubles`."""
    records: list[Record] = []
    for one in found:
        if isinstance(one, Trouble):
            troubles.append(one)
        else:
            records.append(one)
    whole: list[Record] = []
    for made in joined(records):
        if isinstance(made, Trouble):
            troubles.append(made)
        else:
            whole.append(made)
    return whole


def _sensible(record: Record, versions: Mapping[str, Collection[int]]) -> None:
    """What needs no look at the review. `versions`: by question those whose keys can be read.

    Raises Unmapped.
    """
    if record.skip and record.skip not in SkipReason.values:
        raise Unmapped("unknown_skip", record.skip)
    if not record.skip and not record.answers and not record.marks:
        raise Unmapped("no_answer")
    for question, version in record.versions.items():
        if version and question in record.answers and version not in versions.get(question, ()):
            raise Unmapped("other_version", question)
    if len(record.marks or ()) > _MOST_MENTIONS:
        raise Unmapped("too_many_mentions")
    if len(record.comment) > _LONGEST_COMMENT:
        raise Unmapped("long_comment")
    if record.guideline is not None and record.guideline > 32_767:
        raise Unmapped("unreadable")


def seconds_of(record: Record) -> float | None:
    return None if record.seconds is None else min(record.seconds, _LONGEST_SECONDS)


def _placed(mark: Mark, place: Place) -> Mark:
    start, end = place.way.place(mark.start, mark.end)
    return Mark(start, end, mark.kind, mark.scope, mark.theme)


def _told(record: Record, error: Unmapped, refused: bool = True) -> list[Trouble]:
    """One for each line that the record was read from."""
    return [Trouble(line, error.reason, error.detail, refused) for line in record.lines or (0,)]


def _once(out: Checked) -> None:
    """Of two records of one person about one review, under different numbers, the first holds."""
    seen: set[tuple[str, int, str]] = set()
    kept = []
    for one in out.fitting:
        # A skip beside an answer is of another batch, or joined with it before.
        batch = one.drawn.batch if one.record.skip and one.drawn else ""
        who = (one.hand.name, one.review, batch)
        if who in seen:
            out.troubles += _told(one.record, Unmapped("twice"))
        else:
            seen.add(who)
            kept.append(one)
    out.fitting = kept
