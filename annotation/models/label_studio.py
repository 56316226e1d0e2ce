"""Connected Label Studio servers: what was sent there, and what people answered there."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.assignments import Assignment
from annotation.models.batches import Batch, BatchItem
from reviews.models import TextRevision


class LabelStudioServer(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)
    url = models.CharField(_("address"), max_length=300)
    # How the server reaches us, for webhooks and pre-labels.
    our_url = models.CharField(_("our address, as the server reaches it"), max_length=300)
    stores = models.ManyToManyField("accounts.Store", related_name="+", verbose_name=_("stores"))
    row = models.UUIDField(default=uuid.uuid4, unique=True)
    sealed_token = models.BinaryField(null=True)
    seal_version = models.PositiveIntegerField(null=True)
    # When a webhook that a check had asked for came.
    hook_seen_at = models.DateTimeField(null=True)
    version = models.CharField(max_length=40, blank=True)
    account = models.CharField(max_length=254, blank=True)
    # What the last check found: a list of {"code", "level", ...}.
    found = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)
    # Why the last exchange failed; empty when it did not.
    trouble = models.CharField(max_length=40, blank=True)
    trouble_since = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LabelStudioProject(models.Model):
    """One of our batches as one project of a server's, with the questions as they were then."""

    class State(models.TextChoices):
        SENDING = "sending", _("being sent")
        OPEN = "open", _("being labelled there")
        # Another project took its place, or it was taken back; answers still come in.
        LEFT = "left", _("no longer labelled there")
        GONE = "gone", _("deleted there")

    server = models.ForeignKey(LabelStudioServer, on_delete=models.CASCADE, related_name="projects")
    # Protected: as long as texts are there it must be known where.
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="label_studio")
    # Ours, written into its description: numbers of projects are used again.
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    remote_id = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.SENDING)
    configuration_hash = models.CharField(max_length=64)
    hook_id = models.PositiveIntegerField(null=True)
    backend_id = models.PositiveIntegerField(null=True)
    # Changes up to here are in, by the server's clock.
    cursor = models.DateTimeField(null=True)
    pulled_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    hook_at = models.DateTimeField(null=True)
    hooks = models.PositiveIntegerField(default=0)
    # Changes that no webhook had told of when they were found.
    unannounced = models.PositiveIntegerField(default=0)
    # Tasks in it that somebody else put there.
    strangers = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch"],
                condition=Q(state__in=["sending", "open"]),
                name="label_studio_one_project",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sending", "open", "left", "gone"]),
                name="label_studio_project_state",
            ),
        ]

    def __str__(self) -> str:
        return f"project {self.pk}"


class LabelStudioTask(models.Model):
    """One item of the batch as one task there. It outlives its review until it is deleted there."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        GONE = "gone"  # somebody deleted it there

    project = models.ForeignKey(LabelStudioProject, on_delete=models.CASCADE, related_name="tasks")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    item = models.ForeignKey(
        BatchItem, null=True, on_delete=models.SET_NULL, related_name="label_studio"
    )
    # A number only: the review may be gone before the copy of its text is.
    review_number = models.BigIntegerField(db_index=True)
    revision = models.ForeignKey(
        TextRevision, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    remote_id = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    # Before it is sent, so that it is looked for there and not sent twice.
    tried_at = models.DateTimeField(null=True)
    model = models.CharField(max_length=80, blank=True)  # whose pre-labels went along
    remote_updated_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["project", "state"], name="label_studio_task_state")]
        constraints = [
            models.UniqueConstraint(fields=["project", "item"], name="label_studio_task_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "gone"]), name="label_studio_task_states"
            ),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"


class LabelStudioPerson(models.Model):
    """An account there, and which of our people it is."""

    server = models.ForeignKey(LabelStudioServer, on_delete=models.CASCADE, related_name="people")
    remote_id = models.PositiveIntegerField()
    email = models.CharField(max_length=254, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["server", "remote_id"], name="label_studio_person_once")
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class LabelStudioAnswer(models.Model):
    """An annotation there, as it stood when it was last seen, without the words of the text."""

    class State(models.TextChoices):
        ANSWERED = "answered"
        SKIPPED = "skipped"
        DELETED = "deleted"

    task = models.ForeignKey(LabelStudioTask, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(LabelStudioPerson, on_delete=models.PROTECT, related_name="answers")
    remote_id = models.PositiveIntegerField()
    remote_task = models.PositiveIntegerField()
    remote_created_at = models.DateTimeField()
    remote_updated_at = models.DateTimeField()
    # The text it was made on; null when that is none of ours.
    revision = models.ForeignKey(
        TextRevision, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State.choices)
    said = models.JSONField(default=dict)
    seconds_spent = models.FloatField(null=True)
    # Changed by somebody else than the one it is credited to.
    edited_by_other = models.BooleanField(default=False)
    editor = models.ForeignKey(
        LabelStudioPerson, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # What it became here; null while it does not stand among our labels as it is here.
    assignment = models.ForeignKey(
        Assignment, null=True, on_delete=models.SET_NULL, related_name="label_studio"
    )
    # Whether that is of what it says now; what changed there is settled next.
    settled = models.BooleanField(default=False)
    # Why not; a key of `wording.PROBLEMS`, and the name that it is about.
    problem = models.CharField(max_length=20, blank=True)
    problem_about = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            # Numbers of deleted annotations are given again.
            models.UniqueConstraint(
                fields=["task", "remote_id"],
                condition=~Q(state="deleted"),
                name="label_studio_answer_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["answered", "skipped", "deleted"]),
                name="label_studio_answer_state",
            ),
            models.CheckConstraint(
                condition=Q(assignment__isnull=True) | Q(problem=""),
                name="label_studio_answer_counts",
            ),
        ]
        indexes = [models.Index(fields=["remote_id"], name="label_studio_answer_remote")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class LabelStudioWakeup(models.Model):
    """A webhook came: something changed in a project. What it was is asked, not believed."""

    server = models.ForeignKey(LabelStudioServer, on_delete=models.CASCADE, related_name="wakeups")
    project = models.ForeignKey(
        LabelStudioProject, on_delete=models.CASCADE, related_name="wakeups"
    )
    received_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"wake-up {self.pk}"
