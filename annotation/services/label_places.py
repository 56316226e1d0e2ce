"""Which review a text of a file is, and where its spans stand in the text as it is stored.

Texts of a file may hold personal data: they are cleaned and redacted as an import of reviews would,
compared, and forgotten.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from accounts.models import Store
from annotation.formats.record import Record, Unmapped
from annotation.services.remapping import moved
from privacy.redaction.offsets import OffsetMap
from privacy.styles import restyled
from reviews.cleaning.offsets import CleanMap
from reviews.cleaning.text import trace
from reviews.models import Purpose, Source, TextRevision
from reviews.redacting import engine_for
from reviews.selectors import revisions_for
from reviews.selectors.policies import Policy, policy_of

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Way:
    """From the places of a text of the file to those of the text that is stored."""

    cleaned: CleanMap = field(default_factory=CleanMap)
    redacted: OffsetMap = field(default_factory=OffsetMap)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Raises Unmapped where the span's edge lies in something that was changed."""
        clean = self.cleaned.to_clean(start, end)
        if clean is None or clean[0] >= clean[1]:
            raise Unmapped("span_changed")
        found, cut = moved(self.redacted, *clean)
        if cut:
            raise Unmapped("span_changed")
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """A record's revision, and the way into its text."""

    revision: TextRevision
    way: Way


@dataclass(frozen=True, slots=True)
class _Rules:
    """How texts of some sources are cleaned and redacted."""

    policy: Policy
    off: frozenset[str]

    @property
    def key(self) -> tuple[object, ...]:
        """Sources with the same one have their texts made alike."""
        policy = self.policy
        store = policy.store_id if policy.lists else 0
        return policy.style, policy.kept_types, policy.lists, store, self.off

    def made(self, texts: Sequence[str]) -> Iterator[tuple[str, Way]]:
        """What each text would be stored as."""
        traced = [trace(text, self.off) for text in texts]
        found = engine_for(self.policy).redact_many([cleaned.text for cleaned, _ in traced])
        for (cleaned, way), one in zip(traced, found, strict=True):
            text, pieces = restyled(cleaned.text, one.text, one.offset_map, self.policy.style)
            yield text, Way(way, pieces)


class Places:
    """Finds reviews that may be labelled, of `stores`."""

    def __init__(self, stores: Sequence[Store]) -> None:
        self._stores = list(stores)
        self._rules: dict[int, _Rules] = {}

    def find(self, records: Sequence[Record]) -> list[Place | Unmapped]:
        """For each record its review, by our number, by the shop's, or by its text; else why not.

        A number alone says nothing, as another installation has the same ones: the texts have to
        be the same as well.
        """
        out: list[Place | Unmapped] = []
        for start in range(0, len(records), _AT_ONCE):
            out += self._find(records[start : start + _AT_ONCE])
        return out

    def _find(self, records: Sequence[Record]) -> list[Place | Unmapped]:
        named = self._named(records)
        found: list[Place | Unmapped | None] = [
            _same(record, candidates) for record, candidates in zip(records, named, strict=True)
        ]
        self._by_name_redacted(records, named, found)
        self._by_text(records, named, found)
        return [
            one if one is not None else Unmapped("other_text" if candidates else "unknown_review")
            for one, candidates in zip(found, named, strict=True)
        ]

    def _named(self, records: Sequence[Record]) -> list[list[TextRevision]]:
        """The reviews that each record may mean by its numbers, ours first."""
        ids = {one.found.review for one in records if one.found.review is not None}
        external = {one.found.external_id for one in records if one.found.external_id}
        texts = revisions_for(Purpose.LABEL, self._stores).defer("search")
        by_id = {
            one.review_id: one
            for one in texts.filter(review_id__in=ids).select_related("review__source")
        }
        by_shop: dict[str, list[TextRevision]] = defaultdict(list)
        for one in texts.filter(review__external_id__in=external).select_related(
            "review__source__store"
        ):
            by_shop[one.review.external_id].append(one)
        named = []
        for record in records:
            found = record.found
            mine = [by_id[found.review]] if found.review in by_id else []
            mine += [
                one
                for one in by_shop.get(found.external_id, [])
                if found.source in ("", one.review.source.key)
                and found.store in ("", one.review.source.store.key)
            ]
            named.append(list({one.pk: one for one in mine}.values()))
        return named

    def _by_name_redacted(
        self,
        records: Sequence[Record],
        named: Sequence[list[TextRevision]],
        found: list[Place | Unmapped | None],
    ) -> None:
        """Texts that are not as they are stored, made so by the rules of the review's source."""
        asked: dict[tuple[object, ...], list[tuple[int, TextRevision]]] = defaultdict(list)
        rules: dict[tuple[object, ...], _Rules] = {}
        for at, candidates in enumerate(named):
            for one in candidates if found[at] is None else []:
                mine = self._rules_of(one.review.source)
                rules[mine.key] = mine
                asked[mine.key].append((at, one))
        for key, wanted in asked.items():
            made = rules[key].made([records[at].text for at, _ in wanted])
            for (at, one), (text, way) in zip(wanted, made, strict=True):
                if found[at] is None and text == one.text:
                    found[at] = Place(one, way)

    def _by_text(
        self,
        records: Sequence[Record],
        named: Sequence[list[TextRevision]],
        found: list[Place | Unmapped | None],
    ) -> None:
        # A review that the shop's own number names is that one or none.
        left = [
            at
            for at, one in enumerate(found)
            if one is None and not _by_shop(records[at], named[at])
        ]
        same = [(at, records[at].text, Way()) for at in left]
        self._take(same, found, None)
        for rules, sources in self._every_rule():
            left = [at for at in left if found[at] is None]
            if not left:
                return
            made = rules.made([records[at].text for at in left])
            self._take(
                [(at, text, way) for at, (text, way) in zip(left, made, strict=True)],
                found,
                sources,
            )

    def _take(
        self,
        made: Sequence[tuple[int, str, Way]],
        found: list[Place | Unmapped | None],
        sources: Sequence[int] | None,
    ) -> None:
        """Note for each (place in the list, text, way) the one review with this text."""
        hashes = {hashlib.sha256(text.encode()).hexdigest() for _, text, _ in made}
        texts = revisions_for(Purpose.LABEL, self._stores).defer("search")
        if sources is not None:
            texts = texts.filter(review__source__in=sources)
        by_text: dict[str, list[TextRevision]] = defaultdict(list)
        for one in texts.filter(text_hash__in=hashes).select_related("review"):
            by_text[one.text].append(one)
        for at, text, way in made:
            there = by_text.get(text, [])
            # Of near-duplicates the one that counts.
            first = [one for one in there if one.review.duplicate_of_id is None] or there
            if len(first) == 1:
                found[at] = Place(first[0], way)
            elif first:
                found[at] = Unmapped("several_reviews")

    def _rules_of(self, source: Source) -> _Rules:
        if source.pk not in self._rules:
            self._rules[source.pk] = _Rules(policy_of(source), frozenset(source.rules_off))
        return self._rules[source.pk]

    def _every_rule(self) -> Iterator[tuple[_Rules, list[int]]]:
        grouped: dict[tuple[object, ...], list[int]] = defaultdict(list)
        rules: dict[tuple[object, ...], _Rules] = {}
        for source in Source.objects.filter(store__in=self._stores).order_by("pk"):
            mine = self._rules_of(source)
            rules.setdefault(mine.key, mine)
            grouped[mine.key].append(source.pk)
        for key, sources in grouped.items():
            yield rules[key], sources


def _same(record: Record, candidates: Sequence[TextRevision]) -> Place | None:
    return next((Place(one, Way()) for one in candidates if one.text == record.text), None)


def _by_shop(record: Record, candidates: Sequence[TextRevision]) -> bool:
    found = record.found
    return bool(found.external_id and found.source) and any(
        one.review.external_id == found.external_id for one in candidates
    )
