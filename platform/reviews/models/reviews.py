from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from privacy.purposes import DEFAULT_PURPOSES, LegalBasis, Purpose, default_purposes
from reviews.models.catalogue import Product
from reviews.models.shoppers import Shopper
from reviews.models.sources import Source

__all__ = [
    "ANALYSED_LANGUAGES",
    "DEFAULT_PURPOSES",
    "Channel",
    "LeftOut",
    "Purpose",
    "Review",
    "TextRevision",
    "default_purposes",
]

ANALYSED_LANGUAGES = ("zh", "en")


class Channel(models.TextChoices):
    REVIEW = "review", _("Review")
    QUESTION = "question", _("Question")
    TICKET = "ticket", _("Ticket")
    CHAT = "chat", _("Chat")


class LeftOut(models.TextChoices):
    """Why a review does not count in any figure (a near-duplicate is marked by `duplicate_of`)."""

    NOTHING = "", _("counted")
    DEFAULT_TEXT = "default_text", _("the platform's default text")
    SPAM = "spam", _("spam")
    LANGUAGE = "language", _("a language that is not analysed")
    FOLLOW_UP = "follow_up", _("a follow-up, joined to the review it adds to")


class Review(models.Model):
    """One customer's text about a product. Its words are in its revisions."""

    # Keys without an index of their own stand first in another one. A second one is not only a
    # cost: where the statistics do not know a new source or store yet, both seem equally good, and
    # all its rows are read to find one.
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="reviews", db_index=False
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="reviews", db_index=False
    )
    external_id = models.CharField(max_length=200)
    product = models.ForeignKey(
        Product,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reviews",
        db_index=False,
    )
    shopper = models.ForeignKey(
        Shopper,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reviews",
        db_index=False,
    )
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.REVIEW)
    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    language = models.CharField(max_length=10)
    # How the text is written: one of `reviews.language.VARIETIES`; empty for older rows.
    variety = models.CharField(max_length=8, default="", db_default="", blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    variant = models.CharField(max_length=120, blank=True, db_default="")
    # The external id of the review that this one adds to, whether that is in or not.
    follows = models.CharField(max_length=200, blank=True, default="", db_default="")
    # Of everything an import can change, text included, by which rules it was redacted, and what
    # cleaning made of it: equal hash, nothing to do. `past_hashes` are the first parts, of what the
    # shop said, of those before it: what comes late once more.
    content_hash = models.CharField(max_length=64)
    past_hashes = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    # When the shop last changed it, where its file says so.
    source_updated_at = models.DateTimeField(null=True, blank=True)
    left_out = models.CharField(max_length=12, choices=LeftOut.choices, blank=True)
    incentivised = models.BooleanField(default=False)
    # Marks that no figure goes by: names nothing; written on a day with far more reviews of its
    # product than usual; has a later addition of the shopper in it.
    low_information = models.BooleanField(default=False, db_default=False)
    burst = models.BooleanField(default=False, db_default=False)
    follow_up = models.BooleanField(default=False, db_default=False)
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="duplicates"
    )
    legal_basis = models.CharField(
        max_length=40, choices=LegalBasis.choices, default=LegalBasis.LEGITIMATE_INTEREST
    )
    purposes = ArrayField(
        models.CharField(max_length=16, choices=Purpose.choices), default=default_purposes
    )
    consent_at = models.DateTimeField(null=True, blank=True)
    consent_until = models.DateTimeField(null=True, blank=True)
    # What the person said no to, whatever was granted (GDPR Art. 21, PIPL Art. 44).
    objected = ArrayField(
        models.CharField(max_length=16, choices=Purpose.choices), default=list, db_default=[]
    )
    # Kept, and used for nothing, at the person's wish (GDPR Art. 18).
    restricted = models.BooleanField(default=False, db_default=False)
    # Set by selectors that fetch the current revision along: a list of that one.
    current: list[TextRevision]
    sealed_original = models.BinaryField(null=True, blank=True)
    seal_key_version = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-posted_at", "-id"]
        indexes = [
            models.Index(fields=["store", "-posted_at", "-id"], name="review_store_posted"),
            models.Index(fields=["product", "-posted_at"], name="review_product_posted"),
            models.Index(fields=["shopper"], name="review_shopper"),
            models.Index(
                fields=["seal_key_version", "id"],
                name="review_seal",
                condition=Q(seal_key_version__isnull=False),
            ),
            models.Index(
                fields=["consent_until"],
                name="review_consent_until",
                condition=Q(consent_until__isnull=False),
            ),
            models.Index(fields=["-posted_at", "-id"], name="review_posted"),
            models.Index(
                fields=["source", "follows"], name="review_follows", condition=~Q(follows="")
            ),
            BrinIndex(fields=["created_at"], name="review_created"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="review_once_a_source"),
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__range=(1, 5)), name="review_stars_range"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="review_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(left_out__in=LeftOut.values), name="review_left_out_known"
            ),
            models.CheckConstraint(
                condition=Q(purposes__contained_by=list(Purpose.values)),
                name="review_purposes_known",
            ),
            models.CheckConstraint(
                condition=Q(objected__contained_by=list(Purpose.values)),
                name="review_objected_known",
            ),
            models.CheckConstraint(
                condition=Q(legal_basis__in=LegalBasis.values), name="review_legal_basis_known"
            ),
            models.CheckConstraint(
                condition=Q(sealed_original__isnull=True, seal_key_version__isnull=True)
                | Q(sealed_original__isnull=False, seal_key_version__isnull=False),
                name="review_seal_has_key",
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"


class TextRevision(models.Model):
    """The redacted text as it stood. An edit or a better redactor makes a new one."""

    # No index of its own, as with the keys of a review.
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="revisions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=True)
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    redactor_version = models.CharField(max_length=20)
    placeholders = models.PositiveSmallIntegerField(default=0)
    # How much of the text is the review's own, where a follow-up stands below it.
    first_length = models.PositiveIntegerField(null=True, blank=True)
    # Pieces [start before, end before, start, end] from the revision before; null for the first.
    offset_map = models.JSONField(null=True, blank=True)
    search = SearchVectorField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["review_id", "number"]
        indexes = [
            GinIndex(fields=["search"], name="revision_search", fastupdate=True),
            models.Index(fields=["text_hash"], name="revision_text_hash"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["review"], condition=Q(is_current=True), name="revision_one_current"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="revision_has_text"),
        ]

    def __str__(self) -> str:
        return f"review {self.review_id}, revision {self.number}"
