"""Where Label Studio's webhooks arrive: noted and answered at once, as it waits for one second.

The body is not read: it holds texts, tokens and passwords of the project, and nothing we need.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from annotation.label_studio_tasks import waker
from annotation.models import LabelStudioServer
from annotation.services.label_studio.connecting import HOOK_HEADER, check_secret, hook_secret
from annotation.services.label_studio.waking import check_seen, wakeup_store
from privacy.vault.keyed import same


@csrf_exempt
@require_POST
def hook(request: HttpRequest, server_id: int, key: UUID) -> HttpResponse:
    # Worked out from the address, so that whoever does not know it costs us no question.
    if not same(request.headers.get(HOOK_HEADER, ""), hook_secret(key)):
        return HttpResponse(status=401)
    project = wakeup_store(server_id=server_id, key=key)
    if project is None:
        return HttpResponse(status=410)
    waker.wake(project)
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def check(request: HttpRequest, server_id: int) -> HttpResponse:
    server = LabelStudioServer.objects.filter(pk=server_id).first()
    shown = request.headers.get(HOOK_HEADER, "")
    if server is None or not same(shown, check_secret(server)):
        return HttpResponse(status=401)
    check_seen(server=server)
    return HttpResponse(status=204)
