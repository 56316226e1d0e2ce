"""Message catalogues without gettext's programs: extracted by Babel, merged and compiled by polib.

A bare machine has neither xgettext nor msgfmt, and compiled files are not kept in the repository.
"""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from common.home import CHECKOUT

LOCALE = CHECKOUT / "locale"
LANGUAGES = ("zh_Hans",)
_ROOTS = ("platform", "annotation", "modelops", "analytics")
_KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@dataclass(frozen=True, slots=True)
class Message:
    singular: str
    plural: str = ""
    context: str | None = None


def compile_stale() -> list[Path]:
    """Compile every catalogue whose compiled form is missing or older. Returns those compiled."""
    done = []
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            import polib

            partial = target.with_suffix(".mo.new")
            polib.pofile(str(source)).save_as_mofile(str(partial))
            partial.chmod(0o644)
            partial.replace(target)
            done.append(target)
    return done


def _files() -> Iterator[tuple[Path, str]]:
    """Files to look through, with the name they are told by in the catalogue."""
    for root in _ROOTS:
        for path in sorted((CHECKOUT / root).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path, str(path.relative_to(CHECKOUT))
    # The admin's shell ships no Chinese catalogue: ours covers its words too.
    spec = importlib.util.find_spec("unfold")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".html"}:
                yield path, f"unfold/{path.relative_to(folder)}"


def _code(path: Path) -> bytes:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return source.encode()
    from django.utils.translation.template import templatize

    # What a template becomes reads like Python but for its indentation.
    return "\n".join(line.lstrip() for line in templatize(source).splitlines()).encode()


def extract() -> dict[Message, list[str]]:
    """Every translatable message of the product, with the files it stands in."""
    from babel.messages.extract import extract as babel_extract

    found: dict[Message, list[str]] = {}
    for path, name in _files():
        for _, what, _, context in babel_extract(
            "python", io.BytesIO(_code(path)), keywords=_KEYWORDS
        ):
            singular, plural = what if isinstance(what, tuple) else (what, "")
            if singular and not re.fullmatch(r"\s*", singular):
                message = Message(singular, plural or "", context)
                places = found.setdefault(message, [])
                if name not in places:
                    places.append(name)
    return found


def merge(messages: dict[Message, list[str]], path: Path) -> list[str]:
    """Bring the catalogue at `path` in line with `messages`. Returns what is still untranslated.

    Translations of messages that are gone are dropped.
    """
    import polib

    before = polib.pofile(str(path)) if path.exists() else polib.POFile()
    known = {(entry.msgid, entry.msgctxt): entry for entry in before}
    fresh = polib.POFile(wrapwidth=98)
    fresh.metadata = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": path.parts[-3],
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for message, places in sorted(
        messages.items(), key=lambda item: (item[1][0], item[0].singular)
    ):
        old = known.get((message.singular, message.context))
        entry = polib.POEntry(
            msgid=message.singular,
            msgctxt=message.context,
            occurrences=[(place, "") for place in places[:3]],
        )
        if re.search(r"%\(|%[sd]", message.singular):
            entry.flags.append("python-format")
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = {0: old.msgstr_plural.get(0, "") if old else ""}
        else:
            entry.msgstr = old.msgstr if old else ""
        fresh.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(path))
    return untranslated(path)


def untranslated(path: Path) -> list[str]:
    import polib

    return [entry.msgid for entry in polib.pofile(str(path)) if not entry.translated()]


def catalogue_paths(languages: Iterable[str] = LANGUAGES) -> list[Path]:
    return [LOCALE / language / "LC_MESSAGES" / "django.po" for language in languages]
