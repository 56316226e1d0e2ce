"""Mentions when their text is redacted anew, and the page of those that were cut."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Annotation, Choice, Mention, MentionLook
from annotation.services.questions import questions_seed
from annotation.services.remapping import look_decide, moved
from privacy.redaction.offsets import OffsetMap
from reviews.services.revising import NewText, revisions_replace
from tests.reviews.redaction_shop import current, source, store_as

#        0123456789
OLD = "ab12345cd67ef"
MAP = OffsetMap(((2, 7, 2, 5), (9, 11, 7, 17)))  # 12345 -> xxx, 67 -> yyyyyyyyyy


@pytest.mark.parametrize(
    ("start", "end", "place", "cut"),
    [
        (0, 2, (0, 2), False),  # before
        (7, 9, (5, 7), False),  # between
        (11, 13, (17, 19), False),  # after
        (0, 13, (0, 19), False),  # around
        (1, 4, (1, 2), True),  # cut at its end
        (5, 9, (5, 7), True),  # cut at its start
        (5, 10, (5, 7), True),  # at both
        (3, 5, (2, 5), True),  # nothing left
        (2, 7, (2, 5), True),
    ],
)
def test_a_mention_keeps_the_words_that_are_left(
    start: int, end: int, place: tuple[int, int], cut: bool
) -> None:
    assert moved(MAP, start, end) == (place, cut)


@pytest.mark.django_db
def test_cut_mentions_are_kept_or_removed_on_their_page(cast: SimpleNamespace) -> None:
    review = store_as(source(cast.lanting), OLD)
    old = current(review)
    for start, end, kind in ((3, 5, "issue"), (3, 6, "issue"), (1, 4, "praise")):
        Mention.objects.create(revision=old, annotator=cast.ann, start=start, end=end, kind=kind)
    revisions_replace(news=[NewText(old.pk, "abxxxcdyyyyyyyyyyef", MAP, "v")])
    new = current(review)
    # Two of one kind in one placeholder would be one: the second waits where it was.
    assert Mention.objects.filter(revision=new).count() == 2
    assert Mention.objects.filter(revision=old).count() == 1
    assert MentionLook.objects.filter(state="open").count() == 3

    client = Client()
    client.force_login(cast.bob, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("mention-looks")).status_code == 403
    client.force_login(cast.ann, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("mention-looks")).content.decode()
    assert shown.count("Keep the mention") == 3
    kept, removed, _ = MentionLook.objects.order_by("pk")
    client.post(reverse("mention-look", args=[kept.pk]), {"action": "keep"})
    client.post(reverse("mention-look", args=[removed.pk]), {"action": "remove"})
    client.post(reverse("mention-look", args=[removed.pk]), {"action": "keep"})
    assert Mention.objects.count() == 2
    assert MentionLook.objects.get(pk=kept.pk).state == "kept"
    assert MentionLook.objects.get(pk=removed.pk).state == "removed"
    cast.ann.stores.set([cast.northway])
    assert "Keep the mention" not in client.get(reverse("mention-looks")).content.decode()


@pytest.mark.django_db
def test_what_is_asked_for_follows_when_a_cut_wish_is_removed(cast: SimpleNamespace) -> None:
    questions_seed()
    review = store_as(source(cast.lanting), OLD)
    old = current(review)
    for start, end, kind in ((0, 3, "add"), (7, 9, "remove")):
        Mention.objects.create(revision=old, annotator=cast.max, start=start, end=end, kind=kind)
    add = Choice.objects.get(question__key="product_demand", key="add", question__active=True)
    Annotation.objects.create(
        revision=old, question=add.question, choice=add, annotator=cast.max, source="page"
    )
    revisions_replace(news=[NewText(old.pk, "abxxxcdyyyyyyyyyyef", MAP, "v")])
    look_decide(actor=cast.ann, look_id=MentionLook.objects.get().pk, keep=False)
    answer = Annotation.objects.get()
    assert (answer.choice.key, answer.revision) == ("remove", current(review))
