"""Follow-up reviews (追评) that come as rows of their own: joined to the review they add to.

Both stay reviews: what was added later keeps its number, its original and its history, and counts
in no figure; its redacted words stand below those of the first, in one text. They come in any
order and from any file of the source. Until the first is in, a follow-up stands for itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Q

from privacy.alignment import align
from privacy.redaction.offsets import OffsetMap
from privacy.styles import Style, next_number, placeholders_in, render_placeholder, replaced
from reviews.cleaning.catalogue import FOLLOW_UPS
from reviews.models import LeftOut, Review, TextRevision
from reviews.selectors.policies import policy_of
from reviews.services.decisions import Decided, decided_about, placed, words_found
from reviews.services.revising import NewText, revisions_replace
from reviews.signals import reviews_changing, reviews_removing

_DEEPEST = 5  # follow-ups of follow-ups
# Of nothing that a platform wrote by itself anything is joined.
_JOINED = (LeftOut.NOTHING, LeftOut.FOLLOW_UP, LeftOut.LANGUAGE)


def any_follow_ups(source_id: int | None = None) -> bool:
    """Whether some review follows another one, in a source or anywhere."""
    found = Review.objects.exclude(follows="")
    if source_id is not None:
        found = found.filter(source=source_id)
    # In the order of the index of such reviews alone: or all reviews are read to find none.
    return bool(found.order_by("source_id", "follows").values_list("pk")[:1])


def family_of(review_ids: Iterable[int]) -> list[Review]:
    """These reviews with those they follow and those that follow them, at any distance."""
    rows = Review.objects.select_related("source").defer("sealed_original", "past_hashes")
    found = {one.pk: one for one in rows.filter(pk__in=list(review_ids))}
    fresh = list(found.values())
    for _ in range(2 * _DEEPEST):
        wanted = Q()
        for source in {one.source_id for one in fresh}:
            mine = [one for one in fresh if one.source_id == source]
            up = {one.follows for one in mine if one.follows}
            down = {one.external_id for one in mine}
            wanted |= Q(source=source) & (Q(external_id__in=up) | Q(follows__in=down))
        more = rows.filter(wanted).exclude(pk__in=found) if wanted else ()
        fresh = _by_same_hand(more, fresh)
        if not fresh:
            break
        found |= {one.pk: one for one in fresh}
    return sorted(found.values(), key=lambda one: one.pk)


def followers_of(review_ids: Collection[int]) -> set[int]:
    """The reviews that follow one of these, at any distance, without these."""
    family = family_of(review_ids)
    firsts = _firsts(family)
    wanted = set(review_ids)
    return {pk for pk, chain in firsts.items() if wanted & set(chain)} - wanted


def joined_to(review_id: int) -> list[int]:
    """The reviews whose words stand, or would stand, below those of this one."""
    source = Review.objects.filter(pk=review_id).values_list("source", flat=True).first()
    if source is None or not any_follow_ups(source):
        return []
    found = Review.objects.filter(pk__in=followers_of([review_id]), left_out=LeftOut.FOLLOW_UP)
    return list(found.order_by("pk").values_list("pk", flat=True))


def follow_ups_stored(*, review_ids: Collection[int]) -> None:
    """Join what these reviews, which have new words or are new, have to do with follow-ups."""
    if not any_follow_ups():
        return
    sources = Review.objects.filter(pk__in=review_ids).order_by().values_list("source").distinct()
    if any(any_follow_ups(source) for (source,) in sources):
        follow_ups_join(review_ids=review_ids)


@transaction.atomic
def follow_ups_join(*, review_ids: Iterable[int]) -> None:
    """Bring the joined texts of these reviews' families up to date."""
    family = family_of(review_ids)
    if not any(one.follows or one.follow_up for one in family):
        return
    by_id = {one.pk: one for one in family}
    # What had something below it may have nothing any more.
    below: dict[int, list[Review]] = {one.pk: [] for one in family if one.follow_up}
    lone: list[Review] = []
    for pk, chain in _firsts(family).items():
        one, first = by_id[pk], by_id[chain[-1]] if chain else None
        if first is not None and _may_join(first, one):
            below.setdefault(first.pk, []).append(one)
        elif one.left_out == LeftOut.FOLLOW_UP:
            lone.append(one)
    joined = [one for several in below.values() for one in several]
    _count(lone, LeftOut.NOTHING)
    _count([one for one in joined if one.left_out == LeftOut.NOTHING], LeftOut.FOLLOW_UP)
    _texts_join(below)


@transaction.atomic
def follow_ups_part(*, review_ids: Collection[int]) -> None:
    """Take the words of these follow-ups, which are about to go, out of what they were joined to.

    Its labels stay. Earlier forms that hold the words go, and what learned from them is noted.
    """
    chains = _firsts(family_of(review_ids))
    leaving = set(review_ids)
    firsts = {chain[-1] for pk, chain in chains.items() if chain and pk in leaving} - leaving
    if not firsts:
        return
    reviews_removing.send(sender=Review, review_ids=sorted(firsts))
    # From here on they follow nothing, and are not joined once more on their way out.
    Review.objects.filter(pk__in=leaving).update(follows="")
    follow_ups_join(review_ids=firsts)
    TextRevision.objects.filter(
        review__in=firsts, is_current=False, first_length__isnull=False
    ).delete()


def _firsts(family: Collection[Review]) -> dict[int, list[int]]:
    """For each review what it follows, nearest first; nothing where it stands in a ring."""
    at = {(one.source_id, one.external_id): one for one in family}
    found: dict[int, list[int]] = {}
    for one in family:
        chain: list[int] = []
        above = at.get((one.source_id, one.follows)) if one.follows else None
        while above is not None and above.pk not in {one.pk, *chain}:
            chain.append(above.pk)
            above = at.get((one.source_id, above.follows)) if above.follows else None
        found[one.pk] = chain if above is None and len(chain) <= _DEEPEST else []
    return found


def _by_same_hand(more: Iterable[Review], others: Collection[Review]) -> list[Review]:
    """Those of `more` that follow one of `others`, or that one of them follows, by one author."""
    at = {(one.source_id, one.external_id): one for one in others}
    later: dict[tuple[int, str], list[Review]] = defaultdict(list)
    for one in others:
        later[one.source_id, one.follows].append(one)
    found = []
    for one in more:
        first = at.get((one.source_id, one.follows))
        beside = later.get((one.source_id, one.external_id), [])
        if any(_same_author(one, other) for other in [*beside, *([first] if first else [])]):
            found.append(one)
    return found


def _same_author(one: Review, other: Review) -> bool:
    """As far as is known: an answer by somebody else is no follow-up, whatever the file says."""
    known = one.shopper_id is not None and other.shopper_id is not None
    return (not known or one.shopper_id == other.shopper_id) and one.channel == other.channel


def _may_join(first: Review, later: Review) -> bool:
    """Never to a use that was not granted for both, and never below a platform's words."""
    return (
        _same_author(first, later)
        and FOLLOW_UPS not in first.source.rules_off
        and first.left_out in {LeftOut.NOTHING, LeftOut.LANGUAGE}
        and later.left_out in _JOINED
        and set(first.purposes) <= set(later.purposes)
        and set(later.objected) <= set(first.objected)
        and (first.restricted or not later.restricted)
        and later.legal_basis == first.legal_basis
        and later.consent_until == first.consent_until
    )


def _count(reviews: list[Review], left_out: LeftOut) -> None:
    ids = [one.pk for one in reviews]
    if ids:
        reviews_changing.send(sender=Review, review_ids=ids)
        Review.objects.filter(pk__in=ids).update(left_out=left_out)


def _texts_join(below: dict[int, list[Review]]) -> None:
    news, marks = _joined(below)
    # Whoever was quicker is in by now, and these reviews are ours: once more from what stands.
    while news and revisions_replace(news=news).overtaken:
        news, changed = _joined(below)
        marks |= changed
    for marked in (True, False):
        pks = [pk for pk, now in marks.items() if now is marked]
        if pks:
            Review.objects.filter(pk__in=pks).update(follow_up=marked)


def _joined(below: dict[int, list[Review]]) -> tuple[list[NewText], dict[int, bool]]:
    """The texts that have to be made anew; and whether something is joined to a review by then,
    for those where that changes."""
    wanted = [*below, *(one.pk for several in below.values() for one in several)]
    decided = decided_about(below)
    found = TextRevision.objects.filter(review__in=wanted, is_current=True).defer("search")
    current = {one.review_id: one for one in found}
    news: list[NewText] = []
    marks: dict[int, bool] = {}
    for pk, several in below.items():
        one = current.get(pk)
        if one is None:
            continue
        several.sort(key=lambda r: (r.posted_at is None, r.posted_at or r.created_at, r.pk))
        base = one.text[: one.first_length]
        text = base
        for later in several:
            if later.pk in current:
                own = current[later.pk]
                text = _below(text, base, own.text[: own.first_length])
        if pk in decided:
            text = _decided(text, len(base), decided[pk], several[0] if several else None)
        length = len(base) if text != base else None
        if text != one.text:
            news.append(_new(one, text, base, length))
        # A column of the file can have joined something, of which the row itself tells.
        if (length is not None) != (one.first_length is not None):
            marks[pk] = length is not None
    return news, marks


def _new(one: TextRevision, text: str, base: str, length: int | None) -> NewText:
    """The map says that what stood below the first words is another text now, unless the same
    words stand there with more of them replaced."""
    keep = len(base) - (length is None)
    pieces: tuple[tuple[int, int, int, int], ...] = ()
    if not text.startswith(one.text):
        finer = align(one.text, text).pieces
        whole = ((keep, len(one.text), keep, len(text)),)
        held = all(_placeholders_only(text[red:end]) for _, _, red, end in finer)
        pieces = finer if held and length is not None else whole
    return NewText(
        one.pk, text, OffsetMap(pieces), one.redactor_version, first_length=length, joins=True
    )


def _placeholders_only(text: str) -> bool:
    return sum(one.end - one.start for one in placeholders_in(text)) == len(text)


def _decided(text: str, length: int, decided: Decided, later: Review | None) -> str:
    """`text` with what people decided about the whole of it replaced behind `length` as well."""
    spans = words_found(text[length:], decided.gone)
    if not spans or later is None:
        return text
    places = [(start + length, end + length, kind) for start, end, kind in spans]
    return placed(text, places, policy_of(later.source).style)[0]


def _below(text: str, base: str, later: str) -> str:
    """`text` with `later` below it. Some shops send the first words along with the new ones."""
    own = later[len(base) :].strip() if later.startswith(base) else later
    return f"{text}\n{_renumbered(own, text)}" if own and own not in text else text


def _renumbered(later: str, text: str) -> str:
    """`later` with other numbers in its placeholders than `text` has: nobody knows any more
    whether they stand for the same values."""
    shift = {one.type: next_number(text, one.type) - 1 for one in placeholders_in(later)}
    changes = [
        (
            one.start,
            one.end,
            render_placeholder(Style.NUMBERED, one.type, one.number + shift[one.type], 0),
        )
        for one in placeholders_in(later)
        if one.number is not None and shift[one.type]
    ]
    return replaced(later, changes)[0]


def tails_keep(review_ids: Iterable[int]) -> dict[int, str]:
    """What stands below the own words of these stored reviews, for those that have something."""
    joined = TextRevision.objects.filter(
        review__in=[pk for pk in review_ids if pk], is_current=True, first_length__isnull=False
    )
    return {
        pk: text[length:] for pk, text, length in joined.values_list(
            "review_id", "text", "first_length"
        )
    }  # fmt: skip


def tails_mark(lengths: dict[int, int]) -> None:
    """Note how much of the current texts is the reviews' own (`{review: characters}`)."""
    found = list(TextRevision.objects.filter(review__in=lengths, is_current=True).defer("search"))
    for one in found:
        one.first_length = lengths[one.review_id]
    TextRevision.objects.bulk_update(found, ["first_length"])
