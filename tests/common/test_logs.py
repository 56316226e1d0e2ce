"""What a log line says of an error: type and place, never what the error quotes."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from common.helpers import HelperFailed

PHONE = "13812345678"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What the handler of the settings writes, of a logger of this test's own."""
    formatter = settings.LOGGING["formatters"]["line"]
    stream = io.StringIO()
    configured = logging.config.DictConfigurator({"version": 1}).configure_formatter(
        dict(formatter)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(configured)
    log = logging.getLogger("celery.app.trace")
    log.addHandler(handler)
    yield stream
    log.removeHandler(handler)


@pytest.mark.django_db(transaction=True)
def test_a_database_error_is_logged_without_the_row_it_quotes(said: io.StringIO) -> None:
    with connection.cursor() as cursor:
        cursor.execute("create temporary table kept (text varchar(20) check (text = 'no'))")
        with pytest.raises(DatabaseError, match=PHONE) as failed:
            cursor.execute("insert into kept values (%s)", [PHONE])
    # As Celery's own line: the error's words are in the message as well.
    told = {"name": "import", "exc": repr(failed.value)}
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s raised unexpected: %(exc)s",
        told,
        exc_info=failed.value,
        extra={"data": told},
    )
    line = said.getvalue()
    assert "IntegrityError" in line
    assert "test_logs.py" in line
    assert PHONE not in line


def test_the_cause_of_an_error_is_named_and_not_quoted(said: io.StringIO) -> None:
    def fail() -> None:
        try:
            int(PHONE + "x")
        except ValueError as error:
            raise RuntimeError(f"no number in {PHONE}x") from error

    try:
        fail()
    except RuntimeError as error:
        logging.getLogger("celery.app.trace").exception("it failed: %s", error)
    line = said.getvalue()
    assert "ValueError" in line
    assert "RuntimeError" in line
    assert "it failed" in line
    assert PHONE not in line


def test_what_a_helper_told_of_its_error_is_logged(said: io.StringIO) -> None:
    place = "KeyError in cleaning.py:7 (strip)"
    try:
        raise HelperFailed(place)
    except HelperFailed as error:
        logging.getLogger("celery.app.trace").exception("it failed: %s", error)
    first, *_, last = said.getvalue().splitlines()
    assert first.endswith(f"it failed: {place}")
    assert last == f"common.helpers.HelperFailed: {place}"


def test_a_line_without_an_error_stays_as_it_is(said: io.StringIO) -> None:
    arguments: dict[str, Any] = {"number": 7}
    logging.getLogger("celery.app.trace").warning("job %(number)s was taken over", arguments)
    assert "job 7 was taken over" in said.getvalue()
