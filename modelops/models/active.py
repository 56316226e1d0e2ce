from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Store
from common.models import Job


class ActivePlan(models.Model):
    """When models are trained by themselves, and what is proposed for labelling after that.

    There is one for the whole installation.
    """

    is_on = models.BooleanField(default=False)
    # A training is due after so many newly labelled reviews, or so many days with any.
    new_labels = models.PositiveIntegerField(default=200)
    days = models.PositiveIntegerField(default=7)
    batch_size = models.PositiveIntegerField(default=100)
    overlap = models.PositiveSmallIntegerField(default=1)
    # Share of a proposed batch that is drawn uniformly, so that every review has a chance.
    explored = models.FloatField(default=0.2)
    # Whether a trained model that passes its gate takes the champion's place by itself.
    promotes = models.BooleanField(default=False)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)  # empty: all
    # Empty: all that the owner may see.
    stores = models.ManyToManyField(Store, blank=True, related_name="+")
    # Who set it last: batches are drawn in their name, from their stores.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # What was labelled up to here has been learned from, or was found not to be enough.
    counted_at = models.DateTimeField(null=True, blank=True)
    # The mark of the newest label at that time.
    counted_to = models.PositiveBigIntegerField(null=True, blank=True)
    training = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    # Nobody has yet looked how `training` ended.
    proposes = models.BooleanField(default=False)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="active_plan_one"),
            models.CheckConstraint(
                condition=Q(new_labels__gte=1, days__gte=1, batch_size__gte=1),
                name="active_plan_counts",
            ),
            models.CheckConstraint(
                condition=Q(overlap__gte=1, overlap__lte=10), name="active_plan_overlap"
            ),
            models.CheckConstraint(
                condition=Q(explored__gt=0, explored__lte=1), name="active_plan_explored"
            ),
        ]

    def __str__(self) -> str:
        return "active learning"
