"""Files from programs: sent in pieces, looked at, imported, and their rejects given back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.parsers import NDJSON, Body, StreamParser, body_of
from accounts.models import Scope
from common import doorway
from common.complaints import complaint_words
from common.problems import Problem, invalid, not_found
from common.services import job_cancel
from reviews.api import import_examples as examples
from reviews.api.import_serializers import (
    ImportAskSerializer,
    ImportSerializer,
    RejectSerializer,
    UploadAskSerializer,
    UploadSerializer,
    import_body,
    upload_body,
)
from reviews.importing.columns import BadMapping
from reviews.importing.problems import UnreadableFile
from reviews.models import ImportBatch, Upload
from reviews.selectors.imports import imports_for, uploads_for
from reviews.services import uploads
from reviews.services.importing import source_ensure

LARGEST_PIECE = 64 * 1024 * 1024  # bytes of one PATCH
_READ = 1 << 20
OFFSET = "Upload-Offset"


class PieceParser(StreamParser):
    """Bytes as they are."""

    media_type = "application/octet-stream"
    limit = LARGEST_PIECE


class NdjsonRenderer(BaseRenderer):
    """Only says what comes: the view streams it."""

    media_type = NDJSON
    format = "ndjson"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return json.dumps(data).encode()


def _refused(error: Exception) -> Problem:
    return invalid("file", complaint_words(str(error)), "unreadable_file")


def _imported_already(batch: ImportBatch) -> Problem:
    return Problem(
        409,
        _("This file is imported already: it is import %(n)d.") % {"n": batch.pk},
        kind="already-imported",
        extra={"import": batch.pk},
    )


class UploadList(ApiView):
    required_scope = Scope.REVIEWS_WRITE
    problem_statuses = (411, 413, 415, 422)

    @extend_schema(
        operation_id="upload_begin",
        summary="Begin to send a file",
        description="Say how long the file is; then send it in pieces with PATCH. A file that is "
        "not imported is removed a day after its last piece.",
        tags=["imports"],
        request=UploadAskSerializer,
        responses={201: UploadSerializer},
        examples=examples.UPLOAD,
    )
    def post(self, request: Request) -> Response:
        asked = self.checked(UploadAskSerializer)
        store = self.one_store(asked.get("store"))
        source = source_ensure(actor=self.actor, store=store, key=asked["source"])
        try:
            upload = uploads.upload_begin(
                actor=self.actor, source=source, file_name=asked["file_name"], size=asked["size"]
            )
        except UnreadableFile as error:
            raise _refused(error) from None
        return Response(upload_body(upload), status=201, headers={OFFSET: "0"})


class UploadDetail(ApiView):
    required_scope = Scope.REVIEWS_WRITE
    parser_classes = [PieceParser]
    problem_statuses = (409, 411, 413, 415, 422)

    def _upload(self, upload_id: UUID) -> Upload:
        found = uploads_for(self.stores()).filter(pk=upload_id).first()
        if found is None:
            raise not_found()
        return found

    @extend_schema(
        operation_id="upload_get",
        summary="See how much of a file is there",
        description="After a broken line: go on at `received`.",
        tags=["imports"],
        responses=UploadSerializer,
        examples=examples.UPLOAD,
    )
    def get(self, request: Request, upload_id: UUID) -> Response:
        upload = self._upload(upload_id)
        return Response(upload_body(upload), headers={OFFSET: str(upload.received)})

    @extend_schema(
        operation_id="upload_append",
        summary="Send a piece of a file",
        description=f"Up to {LARGEST_PIECE // 1024**2} MB. `{OFFSET}` says at which byte it begins:"
        " where the last one ended, else the answer is 409 and says where. What arrived of a piece "
        "before the line broke is kept.",
        tags=["imports"],
        parameters=[
            OpenApiParameter(OFFSET, int, OpenApiParameter.HEADER, required=True),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=UploadSerializer,
        examples=[*examples.PIECE, *examples.UPLOAD],
    )
    def patch(self, request: Request, upload_id: UUID) -> Response:
        upload = self._upload(upload_id)
        told = request.headers.get(OFFSET, "")
        if not (told.isascii() and told.isdigit() and len(told) < 16):
            raise invalid(OFFSET, _("Say at which byte the piece begins."))
        body: Body = body_of(request)
        try:
            upload = uploads.upload_append(
                upload=upload, offset=int(told), pieces=body.pieces(_READ)
            )
        except uploads.WrongOffset as error:
            raise Problem(
                409,
                _("The next piece begins at byte %(n)d.") % {"n": error.received},
                kind="wrong-offset",
                extra={"received": error.received},
            ) from None
        except UnreadableFile as error:
            raise _refused(error) from None
        return Response(upload_body(upload), headers={OFFSET: str(upload.received)})

    @extend_schema(
        operation_id="upload_delete",
        summary="Drop a file",
        description="What was sent of it is removed.",
        tags=["imports"],
        responses={204: OpenApiResponse(description="It is gone.")},
    )
    def delete(self, request: Request, upload_id: UUID) -> Response:
        uploads.upload_discard(path=uploads.upload_path(self._upload(upload_id)))
        return Response(status=204)


class ImportList(ApiView):
    required_scope = Scope.REVIEWS_WRITE
    problem_statuses = (409, 411, 413, 415, 422)

    @extend_schema(
        operation_id="import_start",
        summary="Import a file that was sent",
        description="Answers at once; ask for the import until `state` is `done` or `failed`. With "
        "`dry_run` nothing is stored: the counts say what would happen, and the file stays. A file "
        "is imported once: asked for again, the answer is 409 and names the `import` it has.",
        tags=["imports"],
        request=ImportAskSerializer,
        responses={202: ImportSerializer},
        examples=examples.IMPORT,
    )
    def post(self, request: Request) -> Response:
        asked = self.checked(ImportAskSerializer)
        upload = uploads_for(self.stores()).filter(pk=asked["upload"]).first()
        if upload is None:
            taken = uploads.import_that_took(asked["upload"])
            if taken is not None and imports_for(self.stores()).filter(pk=taken.pk).exists():
                raise _imported_already(taken)
            raise not_found()
        try:
            job = uploads.import_of_upload(
                actor=self.actor,
                upload=upload,
                mapping=asked.get("mapping", {}),
                preset=asked.get("preset", ""),
                dry_run=asked["dry_run"],
            )
        except uploads.ImportedAlready as error:
            raise _imported_already(error.batch) from None
        except Upload.DoesNotExist:
            raise not_found() from None
        except uploads.NotWhole:
            raise Problem(
                409,
                _("Only %(received)d of %(size)d bytes are there; send the rest first.")
                % {"received": upload.received, "size": upload.size},
                kind="upload-not-whole",
                extra={"received": upload.received},
            ) from None
        except (UnreadableFile, BadMapping) as error:
            raise _refused(error) from None
        doorway.wake(job)
        batch = imports_for(self.stores()).get(pk=job.arguments["batch"])
        return Response(import_body(batch), status=202)


class ImportDetail(ApiView):
    required_scope = Scope.REVIEWS_WRITE

    @extend_schema(
        operation_id="import_get",
        summary="See how far an import is",
        description="Its counts, and for what reasons rows were rejected.",
        tags=["imports"],
        responses=ImportSerializer,
        examples=examples.IMPORT,
    )
    def get(self, request: Request, import_id: int) -> Response:
        return Response(import_body(_one(self, import_id)))

    @extend_schema(
        operation_id="import_cancel",
        summary="Stop an import",
        description="It ends after the rows it is at; what is stored stays.",
        tags=["imports"],
        responses={204: OpenApiResponse(description="It will stop.")},
    )
    def delete(self, request: Request, import_id: int) -> Response:
        batch = _one(self, import_id)
        if batch.job is not None:
            job_cancel(actor=self.actor, job=batch.job)
        return Response(status=204)


class ImportRejects(ApiView):
    required_scope = Scope.REVIEWS_WRITE
    renderer_classes = [NdjsonRenderer]

    @extend_schema(
        operation_id="import_rejects",
        summary="List the rejected rows of an import",
        description="As lines of JSON: line, field, reason, what to do, and the row with personal "
        "data replaced. The rows as they were are given out on the site only.",
        tags=["imports"],
        responses={(200, NDJSON): RejectSerializer},
        examples=examples.REJECTS,
    )
    def get(self, request: Request, import_id: int) -> Any:
        batch = _one(self, import_id)

        def lines() -> Iterator[str]:
            for row in batch.rejections.defer("sealed_content").iterator():
                found = RejectSerializer(row).data
                yield json.dumps(found, ensure_ascii=False) + "\n"

        return StreamingHttpResponse(lines(), content_type=NDJSON)


def _one(view: ApiView, import_id: int) -> ImportBatch:
    batch = imports_for(view.stores()).filter(pk=import_id).first()
    if batch is None:
        raise not_found()
    return batch
