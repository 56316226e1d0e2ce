"""English names of people after a cue: a title, "my name is", a signature. No name model here.

Source: usage. A name begins with a capital; brands that carry a title (Dr. Martens) stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.names.english_cues import COMPANY, DOES
from privacy.redaction.names.given import PARTICLES, surnames
from privacy.redaction.names.places import PLACES
from privacy.redaction.recogniser import Hit, Recogniser, Rule, near_before, words

# The look ahead is for speed: most places begin no word at all.
_START: Final = r"(?<![A-Za-z])(?=[A-Za-z])"
_WORD: Final = (
    r"(?:(?:Mc|Mac|O['’]|De|La|Le|Van|Von|Di|St\.? )?[A-Z][a-zà-ÿ]{1,20}(?:[-'’][A-Z][a-z]{1,15})?)"
)
_PARTICLE: Final = f"(?:{'|'.join(sorted(PARTICLES))})"
_NAME: Final = (
    rf"(?P<value>(?:(?:[A-Z]\. ?){{1,2}})?{_WORD}"
    rf"(?: (?:[A-Z]\.|{_WORD}|(?:(?:de|van|von) (?:la|der|den|los) |{_PARTICLE} ){_WORD})){{0,3}})"
)
_I: Final = r"(?i:my name is|my name['’]s|name is|the name['’]?s|this is|i am|i['’]m|call me)"
_ROLES: Final = (
    r"(?i:customer service (?:rep|agent|representative)|service rep|support agent"
    r"|(?:sales|delivery|store) (?:rep|associate|person|guy|man|manager|driver)"
    r"|rep|agent|technician|manager|cashier|driver|installer|seller|representative"
    r"|associate)(?i: (?:named|called|was))?"
)
_KIN: Final = (
    r"(?i:my (?:wife|husband|daughter|son|mom|mother|dad|father|sister|brother|friend"
    r"|neighbou?r|boyfriend|girlfriend|fianc[eé]e?|roommate|cousin|aunt|uncle"
    r"|niece|nephew|colleague|coworker|boss|partner|grandson|granddaughter|grandma"
    r"|grandpa))(?i:,| named)?"
)
_LABELS: Final = (
    r"(?i:(?:full|first|last|customer|contact|recipient|billing|shipping|buyer)[ _]?name"
    r"|(?<![a-z] )(?<![a-z_])name|recipient|account holder|card\s?holder|customer"
    r"|consignee|contact(?: person|(?=:))|attn\.?|c/o|care of|ship to|deliver(?:ed)?"
    r" to"
    r"|sold to|bill to|sent to|addressed to|signed(?: for)? by|signed|ordered by"
    r"|purchased by|reviewed by|written by|spoke (?:to|with)|talked (?:to|with)"
    r"|ask(?:ed|ing)? for"
    r"|speak (?:to|with)|shout[- ]?out to|kudos to|named|in the name of|under the"
    r" name(?: of)?|helped by|served by)"
)
_FORMAL: Final = re.compile(
    r"(?i:regards|best wishes|sincerely|yours (?:truly|faithfully)|respectfully|signed)"
)
_CLOSING: Final = (
    r"(?i:regards|best wishes|best|sincerely|cheers|yours (?:truly|faithfully)|respectfully"
    r"|thanks|thank you|many thanks|love|xoxo|signed)"
)
_SIGNED_OFF: Final = re.compile(
    r"\s{0,3}(?:[.!]?\s{0,3}$|[,;|(]?\s{0,3}(?:\+?[(0-9]|[^\s@]{1,40}@|tel|ph|e-?mail))"
)
"""What follows the name of a writer: nothing, a telephone number or an e-mail address."""
_BUYER: Final = re.compile(
    r", (?:a |the )?(?:verified|buyer|customer|happy|from|owner|mother|mum|dad)"
)
_TOWN: Final = re.compile(r"\.?, [A-Z][a-z]{2,14}(?: [A-Z][a-z]{1,14})?\.?\s{0,3}$")
_ENDS: Final = re.compile(r"\.?\s{0,3}$")
_LINE_BEGINS: Final = re.compile(r"(?:^|\n)(?:[A-Z]?[a-z]{1,6} )?$")
_SENTENCE_BEGINS: Final = re.compile(r"(?:^|\n|[.!?]\s{1,3})(?:[A-Z]?[a-z]{1,6} )?$")
_STOP: Final = words(
    """
    A About After All Also Although Always Am Amazing Amazon An And Android Any Apple April Are
    As At August Auto Awesome Bad Barely Because Been Best Better Big Black Blue Bluetooth Bose
    Both Bought Brown But By Can Canada Cannot China Chinese Christmas Customer Customers Dear
    December Definitely Delivery Did Disappointed Do Does Don Dont Easter Easy Ebay England
    English Even Every Everything Excellent Extremely Fast Fedex February For France French
    Friday From Galaxy Germany Get Good Google Got Great Green Had Halloween Happy Has Have He
    Hello Her Hers Hi His Honestly How However I If In Instead Is It Its January Japan Jesus
    July June Just Lego Like Love Loved Loves Made Mac March May Me Microsoft Monday More Most
    Mr Mrs Ms My Need Never New Nice No Not Nothing November Now October Of Oh Ok Okay On Once
    One Only Or Our Out Over Overall Perfect Please Plus Prime Product Quality Really Received
    Red Return Returned Returning Samsung Santa Saturday September Service She Shipping Since So
    Some Sony Soon Sorry Spanish Still Such Sunday Super Support Target Team Thank Thanks That
    The Their Then There These They This Thursday To Today Too Tuesday Two Uk Unfortunately
    Update Ups Us Usa Use Used Usps Very Walmart Was We Wednesday Well Went What When Where
    Which While White Who Why Will With Won Works Would Yes Yet You Your Xl Bluetooth Wifi Usb
    Alexa Siri Kindle Echo Fire Iphone Ipad Windows Xbox Playstation Nintendo Dyson Shark Fitbit
    Care Reception Desk Billing Returns Garmin Anker Logitech Nike Adidas Etsy Aliexpress Temu
    Shein Best-Buy Costco
    """
)
_LABEL_ENDS: Final = re.compile(r" ?(?:[Nn]o\.?|[Nn]umber)? ?[:=]")
_SURNAMES_TOO: Final = frozenset(
    ["Brown", "White", "Green", "Black", "Good", "Best", "May", "Love", "Prime", "Fields", "Day"]
)
_INITIALS_CUE: Final = re.compile(
    r"(?:recipient|customer|buyer|seller|name|regards|sincerely|yours|thanks|cheers|by|attn"
    r"|dear|to|from"
    r"|signed(?: for)?|signature|c/o|hi|hello|agent|contact)[:,\s-]{1,4}$"
)
_BRAND_AFTER_TITLE: Final = words(
    """
    Coffee Clean Martens Pepper Bronner Beam Dre Meyers Butterworth Potato Scholl Squatch Oetker
    Seuss Dior Sixty Sporty Universe Selfridge Who Robot Peanut Bean Muscle Bubble Jart
    Dennis Hauschka Barbara
    """
)


_SENT_TO: Final = re.compile("(?:deliver(?:ed)?|ship|sent) to")


def _trim(views: Views, start: int, end: int) -> int:
    """Where the name ends before the first word that is no name; `start` when none is left."""
    cursor = start
    for word in re.finditer(r"\S+", views.folded[start:end]):
        bare = word.group().strip(".,'’")
        # "David Green", but not "Green is nice" and not "David Bought".
        initial = len(bare) == 1 and cursor > start
        if bare in _STOP and not initial and (cursor == start or bare not in _SURNAMES_TOO):
            break
        # "Customer Name: Rajesh Kumar Mobile: ..." runs into the next label.
        if cursor > start and _LABEL_ENDS.match(views.folded, start + word.end()):
            break
        cursor = start + word.end()
    return cursor


def _cue(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = match.span("value")
    end = _trim(views, start, end)
    # "Delivered to Darwin in 4 days": one word that is a place too is left to the name model.
    place = (
        views.folded[start:end].lower() in PLACES
        and _SENT_TO.match(views.lower, match.start()) is not None
    )
    if end > start and not place:
        yield start, end, score


def _role(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """ "the technician, Carlos, fixed it": a comma before asks for one behind."""
    apart = views.folded[match.start("value") - 2] == ","
    for start, end, _ in _cue(views, match, score):
        if not apart or views.folded[end : end + 1] == ",":
            yield start, end, score


def _kin(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """ "my son Uses it": a single word before an object is a verb."""
    if (
        not re.match(
            r"\s(?:it|this|them|that|these|the|his|her|to)(?![a-z])",
            views.lower[match.end() : match.end() + 8],
        )
        or " " in match["value"]
    ):
        yield from _cue(views, match, score)


def _speaker(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """ "This is Great": only a full name, or one with "speaking" or "from" after it."""
    start, end = match.span("value")
    end = _trim(views, start, end)
    name = views.folded[start:end]
    cue = views.lower[match.start() : start]
    sure = "name" in cue or "call me" in cue
    after = re.match(r"\s?(?:speaking|here|from|again|,)", views.lower[end : end + 12]) is not None
    if end > start and (
        sure or (" " in name and after) or "speaking" in views.lower[end : end + 10]
    ):
        yield start, end, score


def _closing(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """A full name; one word alone (it may be a brand) only on a line of its own at the end."""
    text, cue = views.folded, match.start()
    formal = _FORMAL.match(text, cue) is not None
    begins = _SENTENCE_BEGINS if formal else _LINE_BEGINS
    for start, end, _ in _cue(views, match, score):
        signed = _SIGNED_OFF.match(text, end) is not None
        below = "\n" in text[cue:start]
        if " " in text[start:end] or "." in text[start:end]:
            wanted = signed or (formal and text[end : end + 1] in {",", ".", "\n"})
        else:
            own_line = below or begins.search(text, max(0, cue - 12), cue) is not None
            last = _ENDS.match(text, end) is not None
            wanted = own_line and (last or (below and signed and text[end : end + 1] == "\n"))
        if wanted:
            yield start, end, score


def _dash(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """ "- Kasia S." ends a text; "~ Kort" behind a sentence may be anything."""
    for start, end, _ in _cue(views, match, score):
        before = views.folded[match.start() : start]
        signs = _BUYER.match(views.lower, end) or _TOWN.match(views.folded, end)
        if views.lower[end : end + 1] == "," and not signs:
            continue
        if signs or " " in views.folded[start:end] or match.start() == 0 or "\n" in before:
            yield start, end, score


def _initials(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """ "K. Vasquez": a known surname, or any after a word for a person."""
    start, end = match.span("value")
    written = views.folded[start:end]
    last = written.replace(".", ". ").split()[-1]
    plain = " ".join(written.lower().replace(".", " ").split())
    cued = near_before(views.lower, start, _INITIALS_CUE, 24)
    alone = start == 0 or views.folded[start - 1] == "\n"
    acts = DOES.match(views.lower[end : end + 32]) is not None
    known = (alone or acts) and last.lower().replace("'", "") in surnames()
    if last not in _STOP and plain not in COMPANY and (known or cued):
        yield start, end, score


def _title(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = match.span("value")
    first = views.folded[start:end].split()[0]
    if first in _SURNAMES_TOO:
        yield start, start + len(first), score
    elif first not in _BRAND_AFTER_TITLE:
        yield from _cue(views, match, score)


RECOGNISER: Final = Recogniser(
    "PERSON",
    (
        Rule(
            "en_title",
            re.compile(
                rf"{_START}(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam|mr|mrs|ms|dr|prof|MR|MRS|MS"
                rf"|DR)\.? {_NAME}"
            ),
            0.75,
            "folded",
            _title,
        ),
        Rule(
            "en_initials",
            re.compile(
                rf"(?<![A-Za-z0-9.&'’])(?P<value>(?:[A-Z]\. ?){{1,2}}{_WORD}(?:-{_WORD})?)(?!"
                rf"[A-Za-z])"
            ),
            0.6,
            "folded",
            _initials,
        ),
        Rule("en_self", re.compile(rf"{_START}{_I} {_NAME}"), 0.75, "folded", _speaker),
        Rule(
            "en_label",
            re.compile(rf"{_START}{_LABELS}['\"]?(?: ?[:=]\s{{0,2}}|:?\s{{1,2}})['\"“‘]?{_NAME}"),
            0.65,
            "folded",
            _cue,
        ),
        Rule("en_role", re.compile(rf"{_START}{_ROLES},? {_NAME}"), 0.6, "folded", _role),
        # "uncle Heng", "nan Beryl": in small letters, so no title of a brand (Aunt Jemima).
        Rule(
            "en_kin_called",
            re.compile(
                r"(?<![A-Za-z])(?:uncle|auntie|aunty|aunt|cousin|grandma|grandpa|granny|grandad|nan|nana"
                rf"|tita|tito|tía|tío|oma|opa|brother-in-law|sister-in-law) {_NAME}"
            ),
            0.65,
            "folded",
            _cue,
        ),
        Rule("en_kin", re.compile(rf"{_START}{_KIN} {_NAME}"), 0.65, "folded", _kin),
        Rule(
            "en_closing",
            re.compile(
                rf"{_START}(?:{_CLOSING}\s?[,!\n-]|(?i:regards|sincerely)(?= ))"
                rf"\s{{0,3}}{_NAME}"
            ),
            0.7,
            "folded",
            _closing,
        ),
        Rule(
            "en_dash",
            re.compile(rf"(?:^|[.!?\n]\s{{0,3}})(?:--?|~)\s?{_NAME}(?=[.!]?\s{{0,3}}$|,)"),
            0.6,
            "folded",
            _dash,
        ),
    ),
    needs="any",
)
