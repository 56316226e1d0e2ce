"""Words for people: places and stages are stored in English and shown in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

PLACES = (
    gettext_noop("Shoppers"),
    gettext_noop("Shoppers, with the keys of their originals"),
    gettext_noop("Reviews"),
    gettext_noop("Texts of reviews, with their search entries"),
    gettext_noop("Sealed originals that name the person"),
    gettext_noop("Rejected rows of imports"),
    gettext_noop("Uploaded files that were left"),
    gettext_noop("Doubts about redaction"),
    gettext_noop("Values on the lists of redaction"),
    gettext_noop("Places in the search by meaning"),
    gettext_noop("Labels by annotators"),
    gettext_noop("Mentions marked by annotators"),
    gettext_noop("Labels settled by leads"),
    gettext_noop("Gold answers"),
    gettext_noop("Answers in tests"),
    gettext_noop("Places in batches"),
    gettext_noop("Copies at Label Studio servers"),
    gettext_noop("Answers by models"),
    gettext_noop("Mentions marked by models"),
    gettext_noop("Entries of the ledger of analysis"),
    gettext_noop("Rows of training snapshots"),
    gettext_noop("Models marked for replacement"),
    gettext_noop("Answers kept for repeated API requests"),
    gettext_noop("Archives made for the person"),
    gettext_noop("reviews"),
    gettext_noop("rejected_rows"),
    gettext_noop("labels"),
    gettext_noop("mentions_by_annotators"),
    gettext_noop("labels_settled"),
    gettext_noop("gold_answers"),
    gettext_noop("answers_by_models"),
    gettext_noop("mentions_by_models"),
    gettext_noop("training_rows"),
)
KINDS = {
    "none": gettext_noop("not about people"),
    "link": gettext_noop("number of another row"),
    "pseudonym": gettext_noop("pseudonym"),
    "redacted": gettext_noop("redacted text"),
    "sealed": gettext_noop("sealed"),
    "behaviour": gettext_noop("what a shopper did or said"),
    "staff": gettext_noop("people who work here"),
    "secret": gettext_noop("hash of a secret"),
}


def place_words(place: str) -> str:
    return gettext(place) if place in PLACES else place


def kind_words(kind: str) -> str:
    return gettext(KINDS[kind]) if kind in KINDS else kind
