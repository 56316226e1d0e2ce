"""Redaction in this process: for workers and commands, never for the web process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from privacy.styles import restyled
from reviews.selectors.policies import Policy, lists_open, policy_of
from reviews.services.redacted import Doubtful, Redact, Redacted

if TYPE_CHECKING:
    from privacy.redaction.engine import Redaction, Redactor, Span
    from privacy.redaction.recogniser import Finder
    from reviews.models import Source


@lru_cache(maxsize=1)
def _names() -> tuple[Finder, ...]:
    """The name models, loaded once for the engines of every policy."""
    from privacy.redaction.full import name_finders

    return name_finders()


def _make(
    types: Iterable[str] | None = None,
    allow: Iterable[str] = (),
    deny: Mapping[str, str] | None = None,
) -> Redactor:
    from privacy.redaction.engine import Redactor

    wanted = None if types is None else frozenset(types)
    names = _names() if wanted is None or "PERSON" in wanted else ()
    return Redactor(types=wanted, allow=frozenset(allow), deny=deny, finders=names)


@lru_cache(maxsize=1)
def engine() -> Redactor:
    return _make()


Lists = tuple[frozenset[str], dict[str, str]]
# In a helper process: what its parent had opened, by store and mark.
_LENT: dict[tuple[int, str], Lists] = {}


@lru_cache(maxsize=8)
def _lists(store_id: int, mark: str) -> Lists:
    lent = _LENT.get((store_id, mark))
    return lists_open(store_id) if lent is None else lent


@lru_cache(maxsize=16)
def _engine(kept_types: frozenset[str], store_id: int, mark: str) -> Redactor:
    from privacy.redaction.spans import TYPES

    allow, deny = _lists(store_id, mark)
    return _make(TYPES - kept_types, allow, deny)


def engine_for(
    policy: Policy, *, allow: Iterable[str] = (), deny: Mapping[str, str] | None = None
) -> Redactor:
    """The engine as `policy` and the lists of its store want it, kept until they change.

    allow, deny: more of the same for one review, where people decided about it.
    """
    if not allow and not deny:
        if not policy.kept_types and not policy.lists:
            return engine()
        return _engine(policy.kept_types, policy.store_id, policy.lists)
    always, never = _lists(policy.store_id, policy.lists) if policy.lists else (frozenset(), {})
    return _make(policy.types, {*always, *allow}, {**never, **(deny or {})})


def redactor_version() -> str:
    from privacy.redaction.engine import REDACTOR_VERSION

    return REDACTOR_VERSION


def redact(texts: Sequence[str]) -> list[Redacted]:
    """The texts by the default rules, for what belongs to no source."""
    return [
        Redacted(found.text, len(found.spans), spans=found.spans)
        for found in engine().redact_many(list(texts))
    ]


@dataclass(frozen=True, slots=True)
class Policed:
    """A text as a policy has it stored, and the stamp of that policy.

    spans: on the original. doubts: on the stored text.
    """

    stored: Redacted
    spans: tuple[Span, ...]
    stamp: str


def by_policy(texts: Sequence[str], policy: Policy) -> list[Policed]:
    found = engine_for(policy).redact_many(list(texts))
    stamp = policy.stamp(redactor_version())
    return [
        Policed(as_stored(text, one, policy), one.spans, stamp)
        for text, one in zip(texts, found, strict=True)
    ]


class ForSource:
    """Redaction by one policy. It can be handed to a helper process, which asks no database."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        # Read where the database is, and now: the policy of this moment holds.
        self._lists = _lists(policy.store_id, policy.lists) if policy.lists else None

    def __call__(self, texts: Sequence[str]) -> list[Redacted]:
        return [found.stored for found in by_policy(texts, self._policy)]

    def __reduce__(self) -> tuple[Callable[..., ForSource], tuple[Policy, Lists | None]]:
        return _lent, (self._policy, self._lists)


def _lent(policy: Policy, lists: Lists | None) -> ForSource:
    if lists is not None:
        _LENT[policy.store_id, policy.lists] = lists
    return ForSource(policy)


def for_source(source: Source) -> tuple[Redact, str]:
    """How texts of `source` are redacted by its policy of this moment, and the policy's stamp."""
    policy = policy_of(source)
    return ForSource(policy), policy.stamp(redactor_version())


def as_stored(text: str, found: Redaction, policy: Policy) -> Redacted:
    """What the engine made of `text`, in the style of the policy, with what is in doubt."""
    shown, offset_map = restyled(text, found.text, found.offset_map, policy.style)
    doubts = [
        Doubtful(piece[2], piece[3], span.type, span.score, span.rule)
        for span, piece in zip(found.spans, offset_map.pieces, strict=True)
        if span.score < policy.doubt_below
    ]
    return Redacted(shown, len(found.spans), tuple(doubts), found.spans)
