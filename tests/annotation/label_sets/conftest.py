from __future__ import annotations

import pytest

from annotation.models import AuditRate
from annotation.services.questions import questions_seed


@pytest.fixture(autouse=True)
def seeded(db: None) -> None:
    """The audit sample would take some of the reviews away."""
    AuditRate.objects.update(rate=0)
    questions_seed()
