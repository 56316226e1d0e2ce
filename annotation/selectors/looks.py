from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.models import Role
from accounts.selectors import has_role, stores_for
from annotation.models import MentionLook
from annotation.selectors.blindness import reviews_blind


def may_decide_looks(person: Any) -> bool:
    """Those who label, and those who look after labels or redaction."""
    return has_role(person, Role.ANNOTATOR, Role.ML_ENGINEER, Role.PRIVACY_OFFICER)


def looks_mine(person: Any) -> QuerySet[MentionLook]:
    """Open or settled, of the stores of `person`, but for reviews they are to answer blindly."""
    mine = MentionLook.objects.filter(review__store__in=stores_for(person))
    return mine.exclude(review__in=reviews_blind(person))


def looks_open(person: Any) -> QuerySet[MentionLook]:
    """Mentions whose words were cut, for `person` to look at, oldest first."""
    return (
        looks_mine(person)
        .filter(state=MentionLook.State.OPEN, mention__isnull=False)
        .select_related("mention__revision", "mention__annotator", "mention__made_on", "review")
        .order_by("pk")
    )
