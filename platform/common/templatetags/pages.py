"""Tags and filters that every page may use."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language

from common import wording
from common.complaints import complaint_words
from common.models import Job
from common.selectors import job_seconds_left

register = template.Library()

register.filter("complaint_words", complaint_words)
register.filter("kind_words", wording.kind_words)
register.filter("stage_words", wording.stage_words)
register.filter("result_words", wording.result_words)


@register.filter
def named(thing: Any) -> str:
    """The name of `thing` in the reader's language, else in the other, else what it is known by."""
    if thing is None:
        return ""
    names = [getattr(thing, "name_en", ""), getattr(thing, "name_zh", "")]
    if (get_language() or "").startswith("zh"):
        names.reverse()
    return names[0] or names[1] or str(thing)


@register.filter
def percent(value: float | None) -> int:
    """A share in [0, 1] as a whole number of hundredths."""
    return round(100 * value) if value is not None else 0


@register.filter
def chance(value: float) -> str:
    """A probability as people read it. Nothing is quite impossible or quite sure."""
    if 0 < value < 0.01:
        return "<1%"
    if 0.99 < value < 1:
        return ">99%"
    return f"{percent(value)}%"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or None."""
    return mapping.get(key) if mapping else None


@register.filter
def time_left(job: Job) -> str:
    """How long the job still takes, in words; empty while that cannot be said."""
    seconds = job_seconds_left(job)
    return "" if seconds is None else wording.duration_words(seconds)


@register.filter
def time_spent(job: Job) -> str:
    if job.started_at is None or job.finished_at is None:
        return ""
    return wording.duration_words((job.finished_at - job.started_at).total_seconds())


@register.simple_tag
def time_zone() -> str:
    """The one zone that every day, week and month on a page is of."""
    return wording.zone_words(settings.TIME_ZONE)


@register.simple_tag(takes_context=True)
def query(context: template.RequestContext, **changes: Any) -> str:
    """This page's query string with `changes`; None or "" takes a name out. Starts with `?`."""
    found = QueryDict(mutable=True)
    found.update(context["request"].GET)
    # QueryDict.update appends; the last value of a name is the one that counts.
    flat = {name: str(found[name]) for name in found}
    for name, value in changes.items():
        if value in (None, ""):
            flat.pop(name, None)
        else:
            flat[name] = value
    result = QueryDict(mutable=True)
    result.update(flat)
    return "?" + result.urlencode()
