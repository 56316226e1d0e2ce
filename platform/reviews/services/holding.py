"""Decisions of people hold when a review comes in again."""

from __future__ import annotations

from collections.abc import Sequence

from privacy.listed_values import value_hash
from privacy.redaction.spans import Span
from privacy.styles import map_from
from reviews.models import Source
from reviews.selectors.policies import policy_of
from reviews.services.decisions import decided_about, placed, words_found
from reviews.services.redacted import Doubtful, Redacted

# In place of a rule: a person said so.
REPORTED = "reported"
DECIDED = "decided"


def decisions_hold(
    source: Source, review_ids: Sequence[int], redacted: Sequence[Redacted]
) -> list[Redacted]:
    """`redacted`, with what people found in earlier forms of these reviews replaced as well.

    review_ids: of each text, 0 for a new review. What people rejected is replaced again: that is
    the safe side, and it is not asked about twice.
    """
    done = list(redacted)
    known = [pk for pk in review_ids if pk]
    decided = decided_about(known) if known else {}
    if not decided:
        return done
    style = policy_of(source).style
    for place, (pk, one) in enumerate(zip(review_ids, redacted, strict=True)):
        spans = words_found(one.text, decided[pk].gone) if pk in decided else []
        if not spans:
            continue
        text, offset_map, places = placed(one.text, spans, style)
        doubts = []
        for doubt in one.doubts:
            moved = offset_map.to_redacted(doubt.start, doubt.end)
            if moved is not None:
                doubts.append(doubt._replace(start=moved[0], end=moved[1]))
        # The report goes with the text it was made on; its words wait anew.
        doubts += [
            Doubtful(*now, kind, 0.0, REPORTED)
            for (start, end, kind), now in zip(spans, places, strict=True)
            if value_hash(one.text[start:end]) in decided[pk].undecided
        ]
        done[place] = Redacted(
            text, one.placeholders + len(spans), tuple(doubts), _with(one, spans)
        )
    return done


def _with(one: Redacted, spans: Sequence[tuple[int, int, str]]) -> tuple[Span, ...]:
    """The spans of `one` on its original, and those of its redacted text brought back there."""
    back = map_from(one.spans, one.text)
    added = []
    for start, end, kind in spans:
        low, high = back.to_original(start, end)
        added.append(Span(low, high, kind, 1.0, DECIDED))
    return tuple(sorted([*one.spans, *added], key=lambda span: span.start))
