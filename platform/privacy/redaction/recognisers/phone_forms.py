"""Telephone numbers in forms of their own: commas, O for 0, last four digits, numbers of one place.

Sources: Hong Kong's and Macau's plans (eight digits, the first 2 to 9: OFCA, CTT); Ofcom's National
Telephone Numbering Plan (mobiles +44 7 and nine digits more); usage for the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import SAYS, Hit, Recogniser, Rule, glue, value_span
from privacy.redaction.recognisers.phone import CUE, normalise


def _letter_o(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """O7700 9OO 214: the letter for the figure, as people type to get past a filter."""
    start, end = value_span(match)
    value = match["value"]
    if "o" in value and sum(c.isdigit() for c in value) >= 5:
        yield start, end, score


RECOGNISER: Final = Recogniser(
    "PHONE",
    (
        Rule(
            "cn_commas",
            re.compile(r"(?<![0-9,])1[3-9][0-9][,、]\s?[0-9]{4}[,、]\s?[0-9]{4}(?![0-9,])"),
            0.8,
        ),
        # The last four digits say who it is to anybody who has a list of customers.
        Rule(
            "last_four",
            re.compile(
                r"(?:(?:手机|电话|号码)号?的?(?:尾号|后四位|末四位)"
                r"|尾号(?=[是为]?[ :]?[0-9]{4}的?(?:手机|电话|号码)))"
                r"(?:是|为)?[ :]?(?P<value>[0-9]{4})(?![0-9])"
            ),
            0.7,
        ),
        Rule(
            "uk_without_plus",
            re.compile(r"(?<![0-9+.\-])44[ \-]?7[0-9]{3}[ \-]?[0-9]{3}[ \-]?[0-9]{3}(?![0-9])"),
            0.75,
        ),
        Rule(
            "hong_kong",
            re.compile(
                r"(?:香港|澳门|(?=\(\+?85[23]\))|(?<![a-z])(?:hk|macau))(?:的?(?:电话|手机"
                r"|号码?))?[ :]{0,2}"
                r"(?P<value>(?:\(\+?85[23]\) ?)?[2-9][0-9]{3}[ \-]?[0-9]{4})(?![0-9]|\s?[元块港蚊])"
            ),
            0.75,
        ),
        Rule(
            "letter_o",
            re.compile(
                CUE
                + glue(*SAYS, r"\.", "me", "us", "at", "on", "my", "我")
                + r"(?P<value>[0-9o](?:[ .\-()]{0,2}[0-9o]){8,12})(?![0-9a-z])"
            ),
            0.75,
            check=_letter_o,
            gate=re.compile(r"[0-9o](?:[ .\-()]{0,2}[0-9o]){8}"),
            digits=5,
        ),
    ),
    normalise=normalise,
)
