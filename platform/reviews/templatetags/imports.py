from __future__ import annotations

from django import template

from reviews.wording import complaint_words, reason_words

register = template.Library()
register.filter("complaint_words", complaint_words)
register.filter("reason_words", reason_words)
