"""What the forms of the change page say, as the list of changes that services take."""

from __future__ import annotations

import json
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotation.label_set_plan import OPS, BadChange

PARTS = (1, 2, 3)  # of a choice that is split


def changes_from(text: str) -> list[Any]:
    """The changes so far, as the page carries them along. Raises BadChange."""
    try:
        found = json.loads(text or "[]")
    except ValueError as error:
        raise BadChange("changes", _("The list of changes was damaged; begin anew.")) from error
    if not isinstance(found, list):
        raise BadChange("changes", _("The list of changes was damaged; begin anew."))
    return found


def change_from(post: QueryDict) -> dict[str, Any]:
    """One more change, from the form that was sent. Raises BadChange."""
    op = post.get("op", "")
    if op not in OPS:
        raise BadChange("op", _("Choose what is to change."))
    made: dict[str, Any] = {"op": op}
    if op == "merge":
        return made | {"choices": post.getlist("choices"), "into": _choice(post)}
    if op == "add":
        return made | _choice(post)
    made["choice"] = post.get("choice", "")
    if op == "rename":
        names = {name: post.get(name, "").strip() for name in ("name_en", "name_zh")}
        return made | {name: text for name, text in names.items() if text}
    if op == "polarity":
        return made | {"polarity": _sign(post.get("polarity", ""))}
    if op == "split":
        made["into"] = [
            _choice(post, f"_{number}") for number in PARTS if post.get(f"key_{number}", "").strip()
        ]
    for name in ("people", "models"):
        if rule := post.get(name, "").strip():
            # A part is named by its place in the form, as its key may not be typed yet.
            made[name] = post.get(f"key_{rule}", "").strip() if rule.isdigit() else rule
    return made


def _choice(post: QueryDict, end: str = "") -> dict[str, Any]:
    return {
        "key": post.get(f"key{end}", "").strip(),
        "name_en": post.get(f"name_en{end}", "").strip(),
        "name_zh": post.get(f"name_zh{end}", "").strip(),
        "polarity": _sign(post.get(f"polarity{end}", "")),
    }


def _sign(text: str) -> int | None:
    return int(text) if text in {"1", "0", "-1"} else None
