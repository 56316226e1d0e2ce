from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

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


class Batch(models.Model):
    """Reviews to be labelled together, and how they were drawn."""

    name = models.CharField(max_length=120, unique=True)
    design = models.CharField(max_length=12, choices=SamplingDesign.choices)
    # The frame: what was drawn from. Without it no weight can be worked out later.
    frame_filter = models.JSONField(default=dict)
    frame_from = models.DateField(null=True, blank=True)
    frame_to = models.DateField(null=True, blank=True)
    frame_size = models.PositiveIntegerField(null=True, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)
    questions = ArrayField(models.SlugField(max_length=40), default=list)
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

    class Meta:
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
