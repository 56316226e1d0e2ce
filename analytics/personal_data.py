"""What this app holds of people: counts only. They follow the reviews by themselves."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from privacy import processing
from privacy.processing import Held, Kind

_WHY = _("figures of what shoppers say, quickly")
_DAY = "category store"
_MONTH = "product store"

HELD = (
    Held(
        "analytics.DayCell",
        _WHY,
        _("with the reviews it counts"),
        {
            Kind.NONE: "id day language channel n expected",
            Kind.LINK: f"{_DAY} question model choice",
        },
    ),
    Held(
        "analytics.MonthCell",
        _WHY,
        _("with the reviews it counts"),
        {
            Kind.NONE: "id month language channel n expected",
            Kind.LINK: f"{_MONTH} question model choice",
        },
    ),
    Held(
        "analytics.DayLeftOut",
        _WHY,
        _("with the reviews it counts"),
        {Kind.NONE: "id day language channel reason n", Kind.LINK: _DAY},
    ),
    Held(
        "analytics.DirtyDay",
        _WHY,
        _("until the cell is added up"),
        {Kind.NONE: "id day language channel", Kind.LINK: _DAY},
    ),
    Held(
        "analytics.DirtyMonth",
        _WHY,
        _("until the cell is added up"),
        {Kind.NONE: "id month language channel", Kind.LINK: _MONTH},
    ),
)


def register() -> None:
    processing.register(*HELD)
