from __future__ import annotations

import pytest

from annotation.models import AuditRate
from annotation.services.guidelines import guideline_seed
from annotation.services.questions import questions_seed


@pytest.fixture(autouse=True)
def nothing_by_itself(db: None) -> None:
    AuditRate.objects.update(rate=0)
    questions_seed()
    guideline_seed()
