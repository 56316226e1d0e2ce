"""A webhook came. What it says is not believed: the server is asked, soon after."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils import timezone

from annotation.models import LabelStudioServer

# The project is looked up and the row written by one question: the server waits a second, and on a
# busy machine each question more is a wait of its own.
_STORE = """
    insert into annotation_labelstudiowakeup (server_id, project_id, received_at)
    select server_id, id, now() from annotation_labelstudioproject where key = %s and server_id = %s
    returning project_id
"""


def wakeup_store(*, server_id: int, key: UUID) -> int | None:
    """Note that something changed in the project. Returns its id; None when there is none.

    One row and no more: what several of them add up to is counted when they are answered.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [key, server_id])
        found = cursor.fetchone()
    return int(found[0]) if found else None


def check_seen(*, server: LabelStudioServer) -> None:
    """The webhook came that a check had asked for."""
    LabelStudioServer.objects.filter(pk=server.pk).update(hook_seen_at=timezone.now())
