"""The doorway of `manage.py`: services up, migrations done, errors in one clear line."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import catalogues, locks
from common.embedded.errors import ServiceError
from common.embedded.usage import embedded
from common.environment import BadSetting, text
from common.home import CHECKOUT, Home

# These touch no database. `redact` reads and writes text streams only.
_WITHOUT_SERVICES = {
    "check",
    "collectstatic",
    "help",
    "interval",
    "makemessages",
    "messages",
    "redact",
    "spectacular",
    "version",
}
# These write source files.
_FOR_DEVELOPERS = {"makemigrations", "messages", "spectacular"}
_WITHOUT_MIGRATING = {"makemigrations", "migrate", "showmigrations", "sqlmigrate"}


class CommandFailure(Exception):
    """A command cannot go on; the message is for the person who typed it."""


def embedded_kinds() -> list[str]:
    """The services to run ourselves: those for which no URL of a real one is given."""
    kinds = []
    if not text("DATABASE_URL"):
        kinds.append("postgres")
    if not text("CELERY_BROKER_URL"):
        kinds.append("valkey")
    return kinds


def _migrations_digest() -> str:
    names = sorted(str(path.relative_to(CHECKOUT)) for path in CHECKOUT.glob("**/migrations/0*.py"))
    pins = (CHECKOUT / "requirements.txt").read_bytes()
    return hashlib.sha256("\n".join(names).encode() + pins).hexdigest()


def migrate_embedded(home: Home) -> None:
    """Bring the embedded database up to date; a stamp makes this free when nothing changed."""
    digest = _migrations_digest()
    stamp = home.root / "postgres.migrated"
    with locks.exclusive(home.runtime / "migrate.lock"):
        if stamp.exists() and stamp.read_text() == digest:
            return
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        stamp.write_text(digest)


@contextmanager
def services(command: str) -> Iterator[None]:
    """The embedded services, migrated, for as long as `command` runs."""
    kinds = [] if command in _WITHOUT_SERVICES else embedded_kinds()
    home = Home.from_environment()
    with embedded(home, kinds):
        if "postgres" in kinds and command not in _WITHOUT_MIGRATING:
            migrate_embedded(home)
        yield


def run(argv: list[str]) -> int:
    """Run a management command. Returns the exit code."""
    command = next((word for word in argv[1:] if not word.startswith("-")), "help")
    if any(word in {"-h", "--help", "--version"} for word in argv[1:]):
        command = "help"
    if command not in _FOR_DEVELOPERS:
        # What we make holds personal data or secrets: nobody else's to read.
        os.umask(0o077)
    try:
        catalogues.compile_stale()
        with services(command):
            return _execute(argv)
    except (ServiceError, BadSetting, CommandFailure) as error:
        print(f"{Path(argv[0]).name}: {error}", file=sys.stderr)
        return 1


def _execute(argv: list[str]) -> int:
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    try:
        execute_from_command_line(argv)
    except OperationalError as error:
        if text("DATABASE_URL") and "connection" in str(error):
            reason = str(error).strip().splitlines()[0]
            raise ServiceError(f"DATABASE_URL: no database answers there ({reason})") from error
        raise
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
