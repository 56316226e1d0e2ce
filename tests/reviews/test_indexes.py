from __future__ import annotations

import pytest
from django.db import connection

_INDEXES = """
select c.relname, array(
    select a.attname::text from unnest(i.indkey::int[]) with ordinality k(number, place)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number order by k.place)
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
join pg_am m on m.oid = c.relam
where t.relname = %s and m.amname = 'btree' and i.indpred is null
"""
# A million rows each, and looked at for every row that comes in.
_LARGE = (
    *("reviews_review", "reviews_textrevision", "reviews_shopper", "reviews_product"),
    "reviews_tombstone",
)


@pytest.mark.django_db
@pytest.mark.parametrize("table", _LARGE)
def test_no_index_is_the_beginning_of_another(table: str) -> None:
    """Where both fit, the planner may take the shorter one, and read all rows of a source."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [table])
        found = cursor.fetchall()
    assert found
    doubled = {
        (one, other)
        for one, columns in found
        for other, more in found
        if one != other and more[: len(columns)] == columns
    }
    assert not doubled
