from __future__ import annotations

import pytest
from django.db import connection

from common.arrays import text_array


@pytest.mark.django_db
def test_the_database_reads_back_every_text() -> None:
    texts = [
        "plain",
        "",
        " ",
        "a,b",
        '"',
        "\\",
        '\\"',
        "{}",
        "NULL",
        "null",
        "数据 🙂",
        "x\ty",
        "'",
    ]
    with connection.cursor() as cursor:
        for values in (texts, [], ["one"], [""]):
            cursor.execute("select %s::text[]", [text_array(values)])
            assert cursor.fetchone()[0] == values
