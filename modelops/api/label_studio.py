"""Our champion as a model of Label Studio's: the five addresses its ML connector asks.

It keeps nothing between two requests. What the bodies hold beside the texts (an access token among
it) is not looked at, kept or logged.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from annotation.models import LabelStudioServer
from annotation.services.label_studio.connecting import MODEL_USER, model_secret
from common import doorway, text_service
from modelops.errors import BadTrainingRequest, NothingLabelled
from modelops.selectors.models import champion, models_all
from modelops.services import label_studio as service
from privacy.vault.keyed import same

View = Callable[..., HttpResponse]
_LARGEST = 64 * 1024**2  # bytes of a request


def _known(request: HttpRequest, server_id: int) -> LabelStudioServer | None:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(shown, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        return None
    server = LabelStudioServer.objects.filter(pk=server_id).first()
    right = scheme.lower() == "basic" and server is not None
    if not right or server is None or user != MODEL_USER:
        return None
    return server if same(password, model_secret(server)) else None


def _for_the_server(view: View) -> View:
    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, server_id: int) -> HttpResponse:
        server = _known(request, server_id)
        if server is None:
            answer = JsonResponse({"detail": "user or password is wrong"}, status=401)
            answer["WWW-Authenticate"] = 'Basic realm="verbatim"'
            return answer
        return view(request, server)

    return guarded


def _body(request: HttpRequest) -> dict[str, Any] | None:
    """None when it is too large. Tasks come with all their annotations, so that what other requests
    may hold is not enough for them."""
    raw = request.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        return None
    try:
        found = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@require_safe
@_for_the_server
def health(request: HttpRequest, server: LabelStudioServer) -> HttpResponse:
    return JsonResponse({"status": "UP", "model_class": "Verbatim"})


@require_POST
@_for_the_server
def setup(request: HttpRequest, server: LabelStudioServer) -> HttpResponse:
    model = champion()
    return JsonResponse({"model_version": model.label if model is not None else "none"})


@require_safe
@_for_the_server
def versions(request: HttpRequest, server: LabelStudioServer) -> HttpResponse:
    model = champion()
    labels = [model.label] if model is not None else []
    others = [one.label for one in models_all()[:20] if one.label not in labels]
    return JsonResponse({"versions": labels + others})


@require_POST
@_for_the_server
def predict(request: HttpRequest, server: LabelStudioServer) -> HttpResponse:
    body = _body(request)
    if body is None:
        told = f"more than {_LARGEST // 1024**2} MB; ask for fewer tasks at once"
        return JsonResponse({"detail": told}, status=413)
    tasks = body.get("tasks")
    if not isinstance(tasks, list):
        return JsonResponse({"detail": "tasks: give a list"}, status=422)
    if len(tasks) > service.MOST_TASKS:
        told = f"tasks: {len(tasks)}; ask for at most {service.MOST_TASKS} at once"
        return JsonResponse({"detail": told}, status=413)
    try:
        results = service.tasks_predict(
            server=server, tasks=tasks, config=str(body.get("label_config") or "")
        )
    except text_service.TextServiceUnavailable:
        answer = JsonResponse({"detail": "no model answers at the moment"}, status=503)
        answer["Retry-After"] = str(text_service.RETRY_AFTER)
        return answer
    except text_service.TextServiceRefused as error:
        return JsonResponse({"detail": str(error)}, status=422)
    return JsonResponse({"results": results})


@require_POST
@_for_the_server
def webhook(request: HttpRequest, server: LabelStudioServer) -> HttpResponse:
    """A training, where it is asked for; of changes in a project our other webhook tells us."""
    if (_body(request) or {}).get("action") != "START_TRAINING":
        return JsonResponse({"job": None})
    try:
        job, new = service.training_ask(server=server)
    except (NothingLabelled, BadTrainingRequest) as error:
        return JsonResponse({"job": None, "detail": str(error)}, status=422)
    if new:
        doorway.wake(job)
    return JsonResponse({"job": str(job.pk)})
