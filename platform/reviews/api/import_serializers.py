"""The shapes of what is asked and answered about files."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from common.complaints import complaint_words
from reviews.importing.presets import PRESETS
from reviews.models import ImportBatch, RejectedRow, Upload
from reviews.selectors.imports import rejection_reasons


class UploadAskSerializer(serializers.Serializer):
    """A file that is about to be sent."""

    file_name = serializers.CharField(max_length=200)
    size = serializers.IntegerField(min_value=1, help_text="Bytes of the whole file.")
    source = serializers.RegexField(
        r"^[\w.-]{1,120}$",
        help_text="Key of the feed, made when it is new: letters, digits, `_`, `.`, `-`.",
    )
    store = serializers.CharField(
        required=False, help_text="Key of the store; may be left out when the key has only one."
    )


class UploadSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    file_name = serializers.CharField()
    source = serializers.CharField()
    store = serializers.CharField()
    size = serializers.IntegerField()
    received = serializers.IntegerField(help_text="Bytes that are there: where to go on.")


class ImportAskSerializer(serializers.Serializer):
    """Which file, and how its columns are meant."""

    upload = serializers.UUIDField()
    mapping = serializers.DictField(
        child=serializers.CharField(max_length=200, allow_blank=True),
        required=False,
        help_text="`{field: column}` for columns that are not found by name; `#2` is the second "
        "one. `=value` is the same for every row. Kept for the next file of the source.",
    )
    preset = serializers.ChoiceField(
        choices=list(PRESETS), required=False, help_text="The layout of a common export."
    )
    dry_run = serializers.BooleanField(default=False)


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(help_text="Stable; for programs.")
    field = serializers.CharField(allow_blank=True)
    rows = serializers.IntegerField()


class ImportSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    file_name = serializers.CharField()
    source = serializers.CharField()
    store = serializers.CharField()
    state = serializers.ChoiceField(choices=ImportBatch.State.values)
    dry_run = serializers.BooleanField()
    error = serializers.CharField(allow_blank=True)
    mapping = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        help_text="A column of a table whose name is not known is told by its place, `#2`.",
    )
    rows = serializers.IntegerField(help_text="Rows that are done: the sum of the next five.")
    rows_in_file = serializers.IntegerField(
        allow_null=True, help_text="Null until the whole file was looked over."
    )
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    deleted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    reasons = ReasonSerializer(many=True)


class RejectSerializer(serializers.ModelSerializer):
    class Meta:
        model = RejectedRow
        fields = ["line", "field", "reason", "detail", "content"]


def upload_body(upload: Upload) -> dict[str, Any]:
    return {
        "id": str(upload.pk),
        "file_name": upload.file_name,
        "source": upload.source.key,
        "store": upload.source.store.key,
        "size": upload.size,
        "received": upload.received,
    }


def import_body(batch: ImportBatch) -> dict[str, Any]:
    counted = ("rows", "created", "updated", "unchanged", "deleted", "rejected")
    survey = batch.job.checkpoint.get("survey") if batch.job is not None else None
    return {
        "id": batch.pk,
        "file_name": batch.file_name,
        "source": batch.source.key,
        "store": batch.source.store.key,
        "state": batch.state,
        "dry_run": batch.dry_run,
        "error": complaint_words(batch.error),
        "mapping": batch.mapping,
        "rows_in_file": survey["rows"] if survey else None,
        **{name: getattr(batch, name) for name in counted},
        "reasons": [
            {"reason": reason, "field": field, "rows": rows}
            for reason, field, rows in rejection_reasons(batch)
        ],
    }
