"""What this app holds of people: counts only. They follow the reviews by themselves."""

from __future__ import annotations

from privacy import processing
from privacy.processing import Held, Kind

_WHY = "figures of what shoppers say, quickly"
_DAY = "category store"
_MONTH = "product store"

HELD = (
    Held("analytics.DayCell", _WHY, "with the reviews it counts",
         {Kind.NONE: "id day language channel n expected",
          Kind.LINK: f"{_DAY} question model choice"}),
    Held("analytics.MonthCell", _WHY, "with the reviews it counts",
         {Kind.NONE: "id month language channel n expected",
          Kind.LINK: f"{_MONTH} question model choice"}),
    Held("analytics.DayLeftOut", _WHY, "with the reviews it counts",
         {Kind.NONE: "id day language channel reason n", Kind.LINK: _DAY}),
    Held("analytics.DirtyDay", _WHY, "until the cell is added up",
         {Kind.NONE: "id day language channel", Kind.LINK: _DAY}),
    Held("analytics.DirtyMonth", _WHY, "until the cell is added up",
         {Kind.NONE: "id month language channel", Kind.LINK: _MONTH}),
)  # fmt: skip


def register() -> None:
    processing.register(*HELD)
