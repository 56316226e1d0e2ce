from __future__ import annotations

from annotation import guideline_text
from annotation.models import Guideline


def guideline_seed() -> None:
    """Put the guideline that comes with the product in place, where nobody has written one."""
    Guideline.objects.get_or_create(
        version=guideline_text.VERSION,
        defaults={
            "text_en": guideline_text.shipped("en"),
            "text_zh": guideline_text.shipped("zh"),
        },
    )
