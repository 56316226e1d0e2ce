from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Store
from annotation.models.batches import Batch, BatchItem
from annotation.models.questions import Choice, Question


class Qualification(models.Model):
    """A test before real work: its batch holds gold reviews alone."""

    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="qualification")
    pass_mark = models.PositiveSmallIntegerField()  # right answers in per cent
    reviews = models.PositiveSmallIntegerField()  # of one attempt
    attempts = models.PositiveSmallIntegerField()  # allowed to each person
    # Everybody is asked anew since then: what ended before no longer counts.
    counts_from = models.DateTimeField(null=True, blank=True)
    # What is closed to who has not passed: these batches, and every batch of these stores.
    guarded = models.ManyToManyField(Batch, blank=True, related_name="needs")
    guards_stores = models.ManyToManyField(Store, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_mark__gte=1, pass_mark__lte=100), name="qualification_pass_mark"
            ),
            models.CheckConstraint(
                condition=Q(reviews__gte=1, attempts__gte=1), name="qualification_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"qualification {self.pk}"


class QualificationAttempt(models.Model):
    """One person's go at a test; the result is there once it has ended."""

    qualification = models.ForeignKey(Qualification, on_delete=models.CASCADE, related_name="tries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    # What was enough when it began: the test's may be another by now. Null: begun before it was
    # kept.
    pass_mark = models.PositiveSmallIntegerField(null=True)
    # Drawn at the beginning, in the order in which they are given out.
    items = ArrayField(models.BigIntegerField())
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    right = models.PositiveSmallIntegerField(default=0)
    asked = models.PositiveSmallIntegerField(default=0)
    passed = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["qualification", "person", "number"], name="qualification_attempt_once"
            ),
            models.UniqueConstraint(
                fields=["qualification", "person"],
                condition=Q(ended_at=None),
                name="qualification_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"

    @property
    def mark(self) -> int:
        """Right answers in per cent that are enough."""
        return self.qualification.pass_mark if self.pass_mark is None else self.pass_mark

    @property
    def counts(self) -> bool:
        """Whether it says something about its person: not once everybody was asked anew."""
        since = self.qualification.counts_from
        return self.ended_at is None or since is None or self.ended_at >= since


class QualificationAnswer(models.Model):
    """What was answered in a test. Kept apart from labels: no model learns from it, and it is in
    no agreement. `right` is filled in once the attempt has ended; no `choice`: it was skipped."""

    attempt = models.ForeignKey(
        QualificationAttempt, on_delete=models.CASCADE, related_name="answers"
    )
    item = models.ForeignKey(BatchItem, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    choice = models.ForeignKey(Choice, null=True, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Choice, null=True, on_delete=models.CASCADE, related_name="+")
    # What the demand answer follows from, to be shown when the person goes back to it.
    mentions = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "item", "question"], name="qualification_answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"test answer {self.pk}"
