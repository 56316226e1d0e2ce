"""Rollup cells and the dirty set.

A cell counts the reviews with one answer by one model version. Its key is either day x category x
language x channel x store, or month x product x language; rows without a date, category or
product have cells of their own (null in the key, and equal there).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Store
from annotation.models import Choice, Question
from modelops.models import ModelVersion
from reviews.models import Category, Product


# Foreign keys of cells and marks have no index of their own: rows are found by the unique keys.
# With such indexes month cells took a fifth longer to add up, and some look-ups took a worse one.
class DayKey(models.Model):
    day = models.DateField(null=True)  # in the time zone of the figures
    category = models.ForeignKey(
        Category, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    language = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True


DAY_KEY = ["day", "category", "language", "channel", "store"]


class MonthKey(models.Model):
    month = models.DateField(null=True)  # its first day
    product = models.ForeignKey(
        Product, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    language = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True


MONTH_KEY = ["month", "product", "language", "channel", "store"]


class Counted(models.Model):
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    model = models.ForeignKey(
        ModelVersion, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    choice = models.ForeignKey(Choice, on_delete=models.CASCADE, related_name="+", db_index=False)
    n = models.PositiveIntegerField()
    expected = models.FloatField()  # sum of the choice's calibrated probability

    class Meta:
        abstract = True


class DayCell(DayKey, Counted):
    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model", "question", *DAY_KEY, "choice"],
                nulls_distinct=False,
                name="day_cell_once",
            ),
            models.CheckConstraint(condition=Q(n__gte=0, expected__gte=0), name="day_cell_counts"),
        ]


class MonthCell(MonthKey, Counted):
    class Meta:
        indexes = [models.Index(fields=["product", "month"], name="month_cell_product")]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "question", *MONTH_KEY, "choice"],
                nulls_distinct=False,
                name="month_cell_once",
            ),
            models.CheckConstraint(
                condition=Q(n__gte=0, expected__gte=0), name="month_cell_counts"
            ),
        ]


class DayLeftOut(DayKey):
    """How many reviews of a day cell no figure counts, and why."""

    reason = models.CharField(max_length=16)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[*DAY_KEY, "reason"], nulls_distinct=False, name="day_left_out_once"
            )
        ]


class DirtyDay(DayKey):
    """A day cell whose raw rows changed since it was last added up.

    A log, not a set: a cell may stand in it many times. Were the rows unique, a writer that finds
    the cell already marked would write nothing, and whoever takes that mark before the writer
    commits would add up the cell without the writer's rows, for good; and writers would wait for
    each other. So each transaction leaves marks of its own, which nobody sees before it commits.
    """

    class Meta:
        indexes = [models.Index(fields=["store", "day"], name="dirty_day_taken")]


class DirtyMonth(MonthKey):
    """The same for month cells."""

    class Meta:
        indexes = [models.Index(fields=["store", "month", "product"], name="dirty_month_taken")]
