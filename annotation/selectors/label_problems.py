"""What was told of the lines of a file of labels."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from annotation.models import LabelImport
from annotation.transfer_words import reason_words


def problems_by_reason(found: LabelImport) -> list[tuple[str, bool, int]]:
    """Reason, whether the line was refused for it, and how many lines; most first."""
    rows = found.problems.order_by().values("reason", "refused").annotate(n=Count("line"))
    return [(one["reason"], one["refused"], one["n"]) for one in rows.order_by("-n", "reason")]


def problem_rows(found: LabelImport) -> Iterator[list[str]]:
    """As lines of a table, header first. Labels from the file are redacted, texts not in it."""
    yield ["line", "taken", "reason", "what", "about", "what to do"]
    for one in found.problems.iterator():
        what, then = reason_words(one.reason)
        # A spreadsheet takes some cells for formulas.
        about = f"'{one.detail}" if one.detail else ""
        taken = "no" if one.refused else "yes"
        yield [str(one.line), taken, one.reason, what, about, then]
