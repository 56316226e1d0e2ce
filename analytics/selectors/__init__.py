from analytics.selectors.asking import Asked, UnknownName, question_asked
from analytics.selectors.behind import reviews_behind
from analytics.selectors.counting import BY
from analytics.selectors.filters import Filters
from analytics.selectors.freshness import Freshness, freshness
from analytics.selectors.headlines import Compared, Headline, compared_rows, headline
from analytics.selectors.indices import index_rows, index_series
from analytics.selectors.tables import TableRow, indices_table

__all__ = [
    "BY",
    "Asked",
    "Compared",
    "Filters",
    "Freshness",
    "Headline",
    "TableRow",
    "UnknownName",
    "compared_rows",
    "freshness",
    "headline",
    "index_rows",
    "index_series",
    "indices_table",
    "question_asked",
    "reviews_behind",
]
