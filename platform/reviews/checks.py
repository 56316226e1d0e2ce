from __future__ import annotations

from typing import Any

from django.core import checks


@checks.register
def reviewers_are_roles(**kwargs: Any) -> list[checks.CheckMessage]:
    """A misspelt role would open the queue to nobody, in silence."""
    from common.environment import BadSetting
    from reviews.selectors.reviewing import reviewer_roles

    try:
        reviewer_roles()
    except BadSetting as error:
        return [checks.Error(str(error), id="reviews.E001")]
    return []
