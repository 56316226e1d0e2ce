from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Question(models.Model):
    """What is asked of each review. Seeded from `taxonomy`; a changed set is a new version."""

    key = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    # Being made ready by a change that is not in force yet; gone again where it is never made.
    is_prepared = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["order", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="question_version_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(active=True), name="question_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Choice(models.Model):
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="choices")
    key = models.SlugField(max_length=40)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    polarity = models.SmallIntegerField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["question", "key"], name="choice_once_a_question"),
            models.CheckConstraint(condition=Q(polarity__in=[-1, 0, 1]), name="choice_polarity"),
        ]

    def __str__(self) -> str:
        return self.key


class Guideline(models.Model):
    """The rules people label by, in both languages; annotations say which version they followed."""

    version = models.PositiveSmallIntegerField(unique=True)
    text_en = models.TextField()
    text_zh = models.TextField()
    published_at = models.DateTimeField(auto_now_add=True)
    # The version of the product's own text that this is; null: written here.
    shipped = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True, default="", db_default="")
    # Clauses that differ from the version before, as `guideline_text.differences` has them.
    changed = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"guideline {self.version}"
