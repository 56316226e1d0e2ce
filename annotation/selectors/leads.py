"""Who draws batches, sets gold answers, and sees how the labelling goes."""

from __future__ import annotations

from accounts.models import Role
from accounts.selectors import has_role


def may_lead(person: object) -> bool:
    """ML engineers lead the labelling of the stores they were given."""
    return has_role(person, Role.ML_ENGINEER)
