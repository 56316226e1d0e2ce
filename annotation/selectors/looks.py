from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from accounts.models import Role, Store
from accounts.selectors import has_role
from annotation.models import MentionLook


def may_decide_looks(person: Any) -> bool:
    """Those who label, and those who look after labels or redaction."""
    return has_role(person, Role.ANNOTATOR, Role.ML_ENGINEER, Role.PRIVACY_OFFICER)


def looks_open(stores: Iterable[Store]) -> QuerySet[MentionLook]:
    """Mentions of these stores whose words were cut, oldest first."""
    return (
        MentionLook.objects.filter(
            state=MentionLook.State.OPEN, review__store__in=stores, mention__isnull=False
        )
        .select_related("mention__revision", "mention__annotator", "mention__made_on", "review")
        .order_by("pk")
    )
