from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reviews.models import Review


class SamplingDesign(models.TextChoices):
    UNIFORM = "uniform"
    STRATIFIED = "stratified"
    UNCERTAINTY = "uncertainty"
    DIVERSITY = "diversity"
    KEYWORD = "keyword"
    DISAGREEMENT = "disagreement"
    AUDIT = "audit"
    GIVEN = "given"  # labels that came with a file: nobody drew them
    TEST = "test"  # gold reviews alone, to be passed before real work


class Batch(models.Model):
    """Reviews to be labelled together, and how they were drawn."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        OPEN = "open", pgettext_lazy("a batch", "open")
        CLOSED = "closed", pgettext_lazy("a batch", "closed")

    name = models.CharField(max_length=120, unique=True)
    design = models.CharField(max_length=12, choices=SamplingDesign.choices)
    # The frame: what was drawn from. Without it no weight can be worked out later.
    frame_filter = models.JSONField(default=dict)
    frame_from = models.DateField(null=True, blank=True)
    frame_to = models.DateField(null=True, blank=True)
    frame_size = models.PositiveIntegerField(null=True, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)
    # What the design was told beside size and seed: strata, words, share drawn at random.
    design_options = models.JSONField(default=dict, blank=True, db_default={})
    questions = ArrayField(models.SlugField(max_length=40), default=list)
    state = models.CharField(max_length=6, choices=State.choices, default=State.CLOSED)
    # How many people answer each review of a new batch; the audit sample decides by review.
    overlap = models.PositiveSmallIntegerField(default=1)
    priority = models.SmallIntegerField(default=0)  # higher goes first
    due_on = models.DateField(null=True, blank=True)
    # Praise and complaints are marked as well; requests always are.
    all_mentions = models.BooleanField(default=False)
    # The champion's answer is shown beforehand: quicker, and it draws people to it.
    shows_answers = models.BooleanField(default=False)
    # Share of what a person gets that is hidden gold: reviews whose right answer is known.
    gold_rate = models.FloatField(default=0, db_default=0)
    # Empty: everybody who labels for the stores of its reviews.
    annotators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="batches"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(design__in=SamplingDesign.values), name="batch_design_known"
            ),
            models.UniqueConstraint(
                fields=["design"], condition=Q(design="audit"), name="batch_one_audit"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "open", "closed"]), name="batch_state_known"
            ),
            models.CheckConstraint(condition=Q(overlap__gte=1), name="batch_overlap"),
            models.CheckConstraint(
                condition=~Q(design="audit", shows_answers=True), name="batch_audit_unaided"
            ),
            models.CheckConstraint(
                condition=Q(gold_rate__gte=0, gold_rate__lte=0.5), name="batch_gold_rate"
            ),
            # The audit sample is uniform: nothing else is put among it.
            models.CheckConstraint(
                condition=~Q(design="audit", gold_rate__gt=0), name="batch_audit_no_gold"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BatchItem(models.Model):
    """A review in a batch, with the probability with which the design put it there."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="batch_items")
    # Null where a design gives no known probability; such items never correct an index.
    inclusion_probability = models.FloatField(null=True, blank=True)
    wanted_answers = models.PositiveSmallIntegerField(default=1)
    added_at = models.DateTimeField(auto_now_add=True)
    # Hidden among the others; as many people as come may answer it, and none of it is progress.
    is_gold = models.BooleanField(default=False, db_default=False)
    # Answers and skips that are in, counted whenever one ends: so that the next free review is
    # found by an index, however many are done.
    ended = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["batch", "-ended", "id"],
                condition=Q(ended__lt=F("wanted_answers"), is_gold=False),
                name="batch_item_open",
            ),
            models.Index(fields=["batch", "id"], condition=Q(is_gold=True), name="batch_item_gold"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "review"], name="batch_item_once"),
            models.CheckConstraint(
                condition=Q(inclusion_probability__isnull=True)
                | Q(inclusion_probability__gt=0, inclusion_probability__lte=1),
                name="batch_item_probability",
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.batch_id}, review {self.review_id}"


class AuditRate(models.Model):
    """From which day on which share of reviews is in the audit sample."""

    from_day = models.DateField(unique=True)
    rate = models.FloatField()

    class Meta:
        ordering = ["-from_day"]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=1), name="audit_rate_range")
        ]

    def __str__(self) -> str:
        return f"{self.rate} from {self.from_day}"
