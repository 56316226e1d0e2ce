"""What other parts may read of reviews. One idea a file; nothing here changes anything."""

from reviews.selectors.access import granted, reviews_for, revisions_for
from reviews.selectors.searching import matching_page, reviews_matching

__all__ = ["granted", "matching_page", "reviews_for", "reviews_matching", "revisions_for"]
