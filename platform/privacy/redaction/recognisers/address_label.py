"""Addresses by what stands around them: a label, a unit of a house, a corner, a street abroad.

Sources: USPS Publication 28 (secondary units, appendix C2); the street words of the postal
addressing systems of the Universal Postal Union (country sheets of Germany, Austria, the
Netherlands,
France, Italy, Spain, Portugal, Poland, Denmark, Norway, Sweden and Finland): the number stands
before the name in French, behind it in the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import Hit, Recogniser, Rule, words

_UP: Final = "A-ZÀ-ÖØ-ÞĀ-ſΑ-Ω"
_ANY: Final = "A-Za-zÀ-ÖØ-öø-ÿĀ-ſΑ-Ωα-ώ∆"
_START: Final = rf"(?<![{_ANY}0-9$£€.#-])"
_UNIT: Final = (
    r"(?i:apt|apartment|suite|ste|unit|flat|room|rm|floor|fl)\.?\s{0,3}#?[0-9]{1,5}[A-Za-z]?"
    r"(?![A-Za-z0-9])"
)
_PLACE: Final = rf"(?:(?:[{_UP}][{_ANY}.'’()-]{{1,20}}|de|di|da|na|am|of),?\s{{1,3}})"
_TAIL: Final = (
    rf"(?:(?:[,\s]{{1,4}}(?:[{_UP}][{_ANY}.'’()-]{{1,20}}|nan|[A-Z]{{2}}(?![A-Za-z]))){{1,5}}"
    r"(?:[,\s]{1,3}[A-Z]?[0-9]{4,6}(?:-[0-9]{4})?(?![0-9A-Za-z]))?"
    rf"|[,\s]{{1,3}}(?:[A-Z]{{1,2}}-)?[0-9]{{4,6}}(?![0-9A-Za-z])(?:\s[{_UP}]"
    rf"[{_ANY}.'’-]{{2,20}}){{0,3}})?"
)
"""Town, country and code: at most five capitalised words, or the code alone."""
_SUFFIX: Final = (
    r"(?:stra(?:ss|ß)e|str\.|gasse|weg|platz|allee|ufer|straat|laan|plein|gracht|kade|dijk|katu"
    r"|kuja"
    r"|gatan|gata|v[äa]gen|vej|gade|veien|vegur|gr[äa]nd|utca)"
)
_PREFIX: Final = (
    r"(?:Rue|rue|[Vv]ia|Viale|Corso|Piazza|Vicolo|[Cc]alle|[Aa]venida|Avda\.?|Av\.|Paseo|Plaza"
    r"|Carrer|Rua|Travessa|Jalan|Jln\.?|Lorong|Soi"
    r"|Strada|Strada Provinciale|[Uu]l\.|[Uu]lica|[Aa]leja|[Aa]l\.|Avenue d(?:e|es|u)"
    r"|avenue d(?:e|es|u)"
    r"|[Bb]oulevard d(?:e|es|u)|[Cc]hemin|[Qq]uai|[Ii]mpasse|[Pp]lace d(?:e|es|u)|Λεωφόρος)"
)
_NAME: Final = (
    rf"(?:(?:(?:d[eiua]s?|du|della|degli|des|la|le|les|el|los|l'"
    rf"|d')\s?){{0,2}}[{_UP}][{_ANY}.'’-]{{1,20}}\s?){{1,4}}"
)
_ENDS: Final = re.compile(
    r"\s(?:please|pls|thanks|thank|thx|and|but|is|was|not|instead|which|who|where|so|because|when"
    r"|before|after|if|or|ta|cheers|asap|phone|tel|mobile|email|e-mail|name)(?![a-z])"
    r"|\s(?:-{1,2}|/|\()\s?|\n\s*\n|(?:phone|tel|mobile|e-?mail|website|name)\s?:"
)
_NO_STREET: Final = words("the a an my your this that our it its in at on for is was not")


def _stated(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """From the label to where the sentence goes on; a number is part of it."""
    start, end = match.span("value")
    stop = _ENDS.search(views.lower, start, end)
    end = stop.start() if stop else end
    value = views.folded[start:end].rstrip(" ,.\n")
    words_ = value.split()
    if (
        len(words_) >= 2
        and words_[0].lower() not in _NO_STREET
        and any(c.isdigit() for c in value)
        and sum(c.isalpha() for c in value) >= 4
    ):
        yield start, start + len(value), score


RECOGNISER: Final = Recogniser(
    "ADDRESS",
    (
        Rule(
            "label",
            re.compile(
                r"(?<![a-z])(?<!mail )(?<!mail-)(?<!ip )(?<!mac )(?<!web )(?<!url )(?<!wrong"
                r" )address"
                r"(?:\s(?:is|on (?:it|the label) (?:is|says))|['’]s|\s(?:label|line|field)\s?:?"
                r"|\s?[:=])"
                r"\s{0,4}(?P<value>(?:[a-zß-ÿ0-9α-ω][^\s@;!?]{0,24}[ ,]?\n?\s?){2,14})"
            ),
            0.7,
            check=_stated,
        ),
        Rule(
            "unit",
            re.compile(
                rf"{_START}(?P<value>(?:[0-9]{{1,6}}[A-Za-z]?,? ){{1,2}}"
                rf"(?:(?:[{_UP}][{_ANY}.'’-]{{1,20}}|[0-9]{{1,4}}(?:st|nd|rd|th)?|de|des|du|la"
                rf"|of|terrasse|ul\.),?"
                rf"\s{{1,2}}){{1,6}}{_UNIT}{_TAIL})"
            ),
            0.8,
            "folded",
        ),
        Rule(
            "unit_small",
            re.compile(
                r"(?<![a-z0-9$.#-])(?P<value>(?:[0-9]{1,6}[a-z]? ){1,2}(?:[a-zß-ÿ'.]{3,16} ){1,4}"
                r"(?:apt|apartment|suite|ste"
                r"|flat)\.? #?[0-9]{1,5}[a-z]?(?![a-z0-9])(?: [a-z]{4,15}){0,5}?)"
                r"(?=$|[\n.,;!?])"
            ),
            0.65,
        ),
        Rule(
            "corner",
            re.compile(
                r"(?P<value>(?:the )?(?:corner|intersection|junction) of "
                rf"(?:(?:[{_UP}][{_ANY}.'’-]{{1,20}}|[0-9]{{1,5}}(?:st|nd|rd|th)?|de|la|du|ten"
                rf"|van)\s){{1,5}}"
                rf"(?:and|&|\+) (?:(?:[{_UP}][{_ANY}.'’-]{{1,20}}|[0-9]{{1,5}}(?:st|nd|rd|th)?"
                rf"|de|la|du|ten|van)"
                r"(?:\s|(?![A-Za-z]))){1,4})"
            ),
            0.7,
            "folded",
        ),
        Rule(
            "street_abroad",
            re.compile(
                rf"(?<![{_ANY}])(?P<value>(?:[0-9]{{4,6}} )?(?:[{_UP}][{_ANY}.-]{{1,20}} )?"
                rf"[{_UP}][{_ANY}-]{{1,20}}?{_SUFFIX}\s[0-9]{{1,4}}[a-zA-Z]?(?![0-9A-Za-z]){_TAIL})"
            ),
            0.8,
            "folded",
        ),
        Rule(
            "abroad_then_number",
            re.compile(
                rf"(?<![{_ANY}])(?P<value>{_PREFIX}\s{_NAME},?\s?(?:n[º°o.]{{0,2}}\s?)?"
                rf"[0-9]{{1,4}}[a-zA-Z]?"
                rf"(?![0-9A-Za-z%]){_TAIL})"
            ),
            0.75,
            "folded",
        ),
        Rule(
            "number_then_abroad",
            re.compile(
                rf"{_START}(?P<value>(?:No\. ?)?[0-9]{{1,5}}(?: ?bis)?,? {_PREFIX}"
                rf"\s{_NAME}(?<!\s){_TAIL})"
            ),
            0.75,
            "folded",
        ),
    ),
    needs="any",
)
