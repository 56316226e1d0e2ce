"""Labelled files: CSV, TSV or JSONL rows turned into redacted, checked rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from modelops.errors import BadLabelFile
from modelops.labelled import SPLITS, LabelledRow
from modelops.selectors.questions import questions_named
from modelops.services.texts import redacted
from modelops.splitting import near_identical
from reviews.cleaning.text import clean
from reviews.importing.reading import RawRow, UnreadableFile, read
from reviews.importing.values import LONGEST_TEXT
from reviews.models import ANALYSED_LANGUAGES

Progress = Callable[[str, int, int], None]
"""`progress(stage, done, total)`; total 0: not known yet."""

_CHUNK = 512  # texts redacted at once
_TOLD = 5  # bad lines named in one message
_SPLIT_NAMES = {
    **{split: split for split in SPLITS},
    **dict.fromkeys(("valid", "validation", "val", "eval"), "dev"),
}


@dataclass(slots=True)
class FileRows:
    """`left_out`: rows that went nowhere, by reason."""

    rows: list[LabelledRow]
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column answers which question, and which choice each written form means."""

    by_question: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]


def labelled_file_read(
    path: Path,
    questions: Sequence[str],
    codes: Mapping[str, str],
    progress: Progress | None = None,
) -> FileRows:
    """The labelled rows of `path`, texts cleaned and redacted, languages filled in.

    A column per question named by its key, or `label` where one question is asked. A label is a
    choice's key or its name in either language, or what `codes` says (written form -> choice
    key). An empty cell is no answer; a row without any answer is left out and counted. `split`
    and `lang` (or `language`) columns are taken as they are. Rows get a group of near-identical
    texts.

    Raises BadLabelFile (naming lines) and UnknownQuestion; nothing is taken from a file that has
    one bad row.
    """
    tell = progress or (lambda stage, done, total: None)
    columns: _Columns | None = None
    rows: list[LabelledRow] = []
    problems: list[str] = []
    left_out: Counter[str] = Counter()
    try:
        for raw in read(path):
            if raw.values and columns is None:
                columns = _columns(path, raw, questions, codes)
            try:
                row = _row(raw, columns)
            except BadLabelFile as error:
                problems.append(f"line {raw.line}: {error}")
                continue
            if row is None:
                left_out["no_answer"] += 1
            else:
                rows.append(row)
    except UnreadableFile as error:
        raise BadLabelFile(str(error)) from error
    _refuse(path, problems)
    return FileRows(_grouped(_safe(rows, tell)), left_out)


def _refuse(path: Path, problems: list[str]) -> None:
    if problems:
        more = f" (and {len(problems) - _TOLD} more lines)" if len(problems) > _TOLD else ""
        raise BadLabelFile(f"{path.name}: {'; '.join(problems[:_TOLD])}{more}")


def _columns(
    path: Path, raw: RawRow, questions: Sequence[str], codes: Mapping[str, str]
) -> _Columns:
    header = list(raw.values)
    asked = questions_named(questions)
    if "text" not in header:
        raise BadLabelFile(f"{path.name} has no column `text`; it has {', '.join(header[:12])}.")
    found = {}
    for question in asked:
        if question.key in header:
            found[question.key] = question.key
        elif len(asked) == 1 and "label" in header:
            found[question.key] = "label"
        else:
            also = " or `label`" if len(asked) == 1 else ""
            raise BadLabelFile(
                f"{path.name} has no column `{question.key}`{also}; "
                f"it has {', '.join(header[:12])}."
            )
    choices: dict[str, dict[str, str]] = {}
    for question in asked:
        forms = choices[question.key] = {}
        for choice in question.choices.all():
            forms |= {
                _form(name): choice.key for name in (choice.key, choice.name_en, choice.name_zh)
            }
        keys = set(forms.values())
        forms |= {_form(code): key for code, key in codes.items() if key in keys}
    known = {key for forms in choices.values() for key in forms.values()}
    for code, key in codes.items():
        if key not in known:
            raise BadLabelFile(
                f"--labels {code}={key}: there is no choice {key!r}; "
                f"the choices are {', '.join(sorted(known))}."
            )
    return _Columns(found, choices)


def _form(value: str) -> str:
    return value.strip().casefold()


def _row(raw: RawRow, columns: _Columns | None) -> LabelledRow | None:
    """The row, its text not redacted yet; None without any answer. Raises BadLabelFile."""
    if raw.problem is not None:
        raise BadLabelFile(raw.problem.detail)
    assert columns is not None  # noqa: S101  # set by the first row that has values
    text = clean(raw.values.get("text", ""))
    if not text:
        raise BadLabelFile("the column `text` is empty")
    if len(text) > LONGEST_TEXT:
        raise BadLabelFile(f"`text` has {len(text)} characters; at most {LONGEST_TEXT} are read")
    answers = {}
    for question, column in columns.by_question.items():
        value = raw.values.get(column, "")
        if value.strip():
            answers[question] = _choice(value, question, column, columns.choices[question])
    if not answers:
        return None
    split = raw.values.get("split", "").strip().lower()
    if split and split not in _SPLIT_NAMES:
        raise BadLabelFile("`split` must be train, dev or test")
    language = (raw.values.get("lang") or raw.values.get("language") or "").strip().lower()
    language = language.replace("_", "-").split("-")[0]
    return LabelledRow(
        text=text,
        language=language if language in ANALYSED_LANGUAGES else "",
        answers=answers,
        split=_SPLIT_NAMES.get(split, ""),
    )


def _choice(value: str, question: str, column: str, forms: Mapping[str, str]) -> str:
    found = forms.get(_form(value))
    if found is not None:
        return found
    # A shifted column puts a review here, so what is quoted is redacted and short.
    [shown] = redacted([value.strip()[:200]])
    shown = shown[:30]
    message = (
        f"`{column}` is {shown!r}, which is no choice of {question}; "
        f"use {', '.join(dict.fromkeys(forms.values()))}"
    )
    if shown.lstrip("-").isdigit() and len(shown) <= 3:
        message += f", or say what the numbers mean with --labels {shown}=CHOICE,..."
    raise BadLabelFile(message)


def _safe(rows: list[LabelledRow], tell: Progress) -> list[LabelledRow]:
    """The rows redacted and with a language; a text that shows none has the file's commonest."""
    from reviews.language import detect

    out = []
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        texts = redacted([row.text for row in chunk])
        for row, text in zip(chunk, texts, strict=True):
            out.append(replace(row, text=text, language=row.language or detect(text)))
        tell("redacting", min(start + _CHUNK, len(rows)), len(rows))
    known = Counter(row.language for row in out if row.language in ANALYSED_LANGUAGES)
    usual = known.most_common(1)[0][0] if known else ANALYSED_LANGUAGES[0]
    return [
        row if row.language in ANALYSED_LANGUAGES else replace(row, language=usual) for row in out
    ]


def _grouped(rows: list[LabelledRow]) -> list[LabelledRow]:
    groups = near_identical([row.text for row in rows])
    return [replace(row, group=f"text {group}") for row, group in zip(rows, groups, strict=True)]
