"""English street addresses: number, street, then unit, town, state or postcode.

Sources: USPS Publication 28 (street suffixes of appendix C1, secondary units of C2, state
abbreviations of appendix B); Royal Mail PAF (form of UK postcodes, as in BS 7666).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.names.given import given_names
from privacy.redaction.recogniser import Hit, Recogniser, Rule, near_before, words

_STRONG: Final = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Boulevard|Blvd|Parkway|Pkwy|Highway|Hwy"
    r"|Crescent|Cres|Terrace|Turnpike)"
)
_USUAL: Final = (
    r"(?:Drive|Dr|Court|Ct|Place|Pl|Ter|Circle|Cir|Close|Mews|Grove|Gardens|Row|Trail"
    r"|Alley|Cove|Square|Sq|Way|Parade|Pde|Quay|Embankment|Circus|Wharf|Esplanade|Promenade"
    r"|Rise|Chase|Croft"
    r"|Paddocks?)"
)
_WEAK: Final = (
    r"(?:Bayou|Bend|Bluffs?|Bottom|Branch|Bridge|Brooks?|Burgs?|Bypass|Camp|Canyon"
    r"|Cape|Causeway|Centers?|Circles|Cliffs?|Club|Common|Corners?|Course|Courts|Coves"
    r"|Creek|Crest"
    r"|Crossing|Crossroad|Curve|Dale|Dam|Divide|Drives|Estates?|Expressway|Extensions?"
    r"|Falls?|Ferry|Fields?|Flats?|Fords?|Forest|Forges?|Forks?|Fort|Freeway|Garden"
    r"|Gateway|Glens?|Greens?"
    r"|Groves|Harbors?|Haven|Heights|Hills?|Hollow|Inlet|Islands?|Isle|Junctions?"
    r"|Keys?|Knolls?|Lakes?|Land|Landing|Lights?|Loaf|Locks?|Lodge|Loop|Mall|Manors?"
    r"|Meadows?|Mills?|Mission"
    r"|Motorway|Mount|Mountains?|Neck|Orchard|Oval|Overpass|Parks?|Parkways|Pass"
    r"|Passage|Path|Pike|Pines?|Plains?|Plaza|Points?|Ports?|Prairie|Radial|Ramp|Ranch"
    r"|Rapids?|Rest|Ridges?"
    r"|River|Roads|Route|Rue|Run|Shoals?|Shores?|Skyway|Springs?|Spurs?|Squares"
    r"|Station|Stravenue|Stream|Streets|Summit|Throughway|Trace|Track|Trafficway"
    r"|Tunnel|Underpass|Unions?"
    r"|Valleys?|Via|Viaduct|Views?|Villages?|Ville|Vista|Walks?|Wall|Ways|Wells?)"
)
_STATE: Final = (
    r"(?:A[LKZRAEPS]|C[AOT]|D[CE]|F[LM]|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEHINOPST]"
    r"|N[CDEHJMVY]|O[HKR]|P[ARW]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY])"
)
_POSTCODE: Final = r"(?:[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})"
_TOWN: Final = r"(?:[A-ZÀ-Þ][A-Za-zÀ-ÿ.'’-]{1,20}(?: [A-ZÀ-Þ][A-Za-zÀ-ÿ.'’-]{1,20}){0,3})"
_UNIT: Final = (
    r"(?:,? ?(?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|Room|Rm|#)\.? ?#?[A-Za-z0-9-]{1,6})"
)
_FLAT: Final = (
    r"(?:(?:(?i:Flat|Apt|Apartment|Unit|Suite|Room|Rm|Tower|Block|Blk|Level|Lot|Shop)\.? "
    r"(?:[0-9]{1,4}(?:/[0-9]{1,3})?[A-Za-z]?|[A-Z][0-9]{0,3})|[0-9]{1,2}(?:st|nd|rd"
    r"|th) (?:Floor|Fl)|[0-9]{1,2}/F"
    r"|Ground Floor|Basement|(?:[A-Z][a-z]{1,12} ){1,3}(?:Gardens|House|Court|Mansions?"
    r"|Building|Estate|Centre))"
    r",? ){0,4}"
)
_SIDE: Final = r"(?: (?:[NS][EW]?|[EW]|North|South|East|West|Ouest|Est|Nord|Sud)(?![A-Za-z]))?"
_CODED: Final = (
    r"(?:A[LKZRAEPS]|C[AOT]|D[CE]|F[LM]|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEHINOPST]|N[CDEHJMVY]"
    r"|O[HKR]|P[ARW]"
    r"|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]),? [0-9]{5}(?:-[0-9]{4})?"
    r"|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT),? [0-9]{4}"
    r"|(?:AB|BC|MB|NB|NL|NS|ON|PE|QC|SK),? [A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|Singapore,? [0-9]{6}"
    r"|#[0-9]{2}-[0-9]{2,4}(?:,? Singapore(?: [0-9]{6})?)?"
)
"""What ends an address for certain: a state or a country with its code."""
_TAIL: Final = (
    rf"(?P<tail>{_UNIT}?(?:,? {_TOWN})??(?:,? (?:{_STATE}(?:,?"
    rf" [0-9]{{5}}(?:-[0-9]{{4}})?)?|{_POSTCODE}|[A-Z]{{2,3}}"
    rf" [0-9]{{4}}|Hong Kong|Kowloon|Singapore(?: [0-9]{{6}})?)(?![A-Za-z0-9])"
    rf"|(?:, {_TOWN}){{1,3}}(?: [0-9]{{1,6}})?(?=[.;!\n]|$| (?:is|was|and|but|or|if|please"
    rf"|thanks|-)(?![a-z])))|{_UNIT}?)"
)
_NAME: Final = (
    r"(?:[NSEW]{1,2}\.? |North |South |East |West )?(?:(?:[A-ZÀ-Þ][a-zß-ÿ'’.]{1,15}"
    r"|[0-9]{1,3}(?:st|nd|rd|th)|O'[A-Z][a-z]{1,15}|[A-Z][a-z]{1,15}-[A-Z][a-z]{1,15})"
    r" ){1,4}?"
)
_SAID_NUMBER: Final = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred|oh)[ -]?){1,4}"
)
_STATE_NAME: Final = (
    r"(?:alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida"
    r"|georgia|hawaii|idaho"
    r"|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan"
    r"|minnesota"
    r"|mississippi|missouri|montana|nebraska|nevada|new (?:hampshire|jersey|mexico|york)"
    r"|(?:north|south) "
    r"(?:carolina|dakota)|ohio|oklahoma|oregon|pennsylvania|rhode island|tennessee|texas|utah"
    r"|vermont|virginia"
    r"|washington|west virginia|wisconsin|wyoming)"
)
_CUE: Final = re.compile(
    r"(?:ship|deliver|sen[dt]|address|live|house|moved|residence|neighbou?r|located"
    r"|door|porch|photo|left|dropp|went|arriv|wrong|mail|c/o|(?<![a-z])i am|(?<![a-z])i'm"
    r"|come to|package)"
    r"[^\n!?]{0,40}$"
)
_THINGS: Final = words(
    """
    hard flash pen disk disc usb external internal thumb solid state tape optical wheel test dual
    zip
    front rear all four two three star stars pack piece pieces inch inches foot feet day days year
    years month months week weeks hour hours bay speed pin port ports person people set pair size
    stage step level minute minutes mile miles off tennis food sample watt volt
    amp amps gauge channel button row count ply layer layers blade blades in on
    """
)
"""Words that stand between a number and Drive, Court, Place, Way in talk of products."""
_ORDINARY: Final = words(
    """
    of the down up from this that these those my your our his her their per and or but with for to
    at by as is was were be been it its old new same wrong right busy quiet main long short single
    double dirt rough wet dry city country smooth straight open bumpy paved winding narrow wide
    people cars kids bikes trips times yards metres meters feet kilometers blocks doors houses more
    less only first last next way lane side cross high low one-way dead end very really just about
    got get gets had has have use used using miles mile minutes hours days weeks months years
    """
)
"""Words after a number and before "road" or "court" that name no street."""
_STREETISH: Final = re.compile(
    r"(?:(?<![a-z])(?:at|to|on|is|from|outside|near|by|opposite|behind|:|c/o)|,|:)\s{0,2}$"
)


def _small(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Without capitals only a name that is no ordinary word, after "at", "to" or a comma."""
    start, end = match.span("value")
    led = near_before(views.lower, start, _STREETISH, 8) or match.start() == 0
    sure = match["type"] in ("street", "road", "avenue", "lane", "crescent", "terrace", "ave", "rd")
    name = match["name"].split()
    if (
        (led or (sure and len(name) == 1))
        and _ORDINARY.isdisjoint(name)
        and _THINGS.isdisjoint(name)
    ):
        yield start, end, score


def _postcode(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """A comma or a number before the code: "Bolton BL3 2NF" alone is only a place."""
    start, end = match.span("value")
    first, _, rest = views.folded[start:end].partition(", ")
    # "Wilhelmina Achterberg, 29 Tamarind Close": whose address it is.
    if rest[:1].isdigit() and " " in first and first.split()[0].lower() in given_names():
        start = end - len(rest)
    head = views.folded[start:end].rsplit(" ", 2)[0]
    if "," in head or any(c.isdigit() for c in head):
        yield start, end, score


_STACK: Final = re.compile(
    r"(?<![A-Za-z])(?:Tower|Block|Blk|Phase|[0-9]{1,2}/F|Floor|House|Building|Bldg|Estate|Court"
    r"|Mansions?|Gardens?|Centre|Plaza|Villas?|Residences?|Heights|Road|Street|Avenue|Lane)"
    r"(?![A-Za-z])"
)
_PART: Final = (
    r"(?:[A-Z][A-Za-z'’-]{0,15}|[0-9]{1,4}[A-Z]?)(?: (?:[A-Z][A-Za-z'’-]{0,15}|[0-9]{1,4})){0,4}"
)


def _stacked(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """A tower, a block or a floor among the parts: else it may be a list of anything."""
    if _STACK.search(match["value"]):
        yield *match.span("value"), score


def _pin(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Two capitalised words at least: figures alone are a list of sizes."""
    if len(re.findall("[A-Z][a-z]{2}", match["value"])) >= 2:
        yield *match.span("value"), score


def _street(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """A weak ending (Ports, Keys) is also a product's: it needs a town, a unit or a cue.

    A usual one (Drive, Court) needs a name that no product has (2 Flash Drive, 5 Star Court).
    """
    start, end = match.span("value")
    tail = match["tail"].strip()
    cued = near_before(views.lower, start, _CUE, 48)
    led = near_before(views.lower, start, _STREETISH, 8)
    number, *name = re.sub(f"^{_FLAT}", "", views.folded[start:end]).split()
    if not tail and not _THINGS.isdisjoint(word.strip(".,'’").lower() for word in name[:-1]):
        return
    long = len(number) >= 3
    street = match["strong"] is not None or (match["usual"] is not None and len(name) >= 2)
    if tail or street or (cued and led and (long or match["usual"] is None)):
        yield start, end, score if tail or cued else score - 0.15


RECOGNISER: Final = Recogniser(
    "ADDRESS",
    (
        Rule(
            "en_street",
            re.compile(
                rf"(?<![0-9A-Za-z$.#-])(?P<value>{_FLAT}(?:[0-9]{{1,4}}/)?[0-9]{{1,6}}[A-Za-z]?,?"
                rf" (?:[0-9]{{1,4}} )?(?:{_NAME}(?:(?P<strong>{_STRONG})|(?P<usual>{_USUAL})"
                rf"|{_WEAK})"
                rf"|Broadway)\.?(?![A-Za-z]){_SIDE}(?! (?:{_STRONG}|{_USUAL})(?![A-Za-z])){_TAIL})"
            ),
            0.8,
            "folded",
            _street,
        ),
        Rule(
            "en_coded",
            re.compile(
                rf"(?<![0-9A-Za-z$.#-])(?P<value>(?:{_FLAT}[0-9]{{1,5}}[A-Za-z]?(?:[/-]"
                rf"[0-9]{{1,5}})?,?"
                rf"|(?:Blk|Block) [0-9]{{1,4}}[A-Z]?"
                rf"|(?:The )?[A-Z][a-z]{{2,12}} (?:Cottage|House|Farm|Lodge|Barn|Villa|Manor"
                rf"|Hall|Court),)"
                rf" (?:(?:[A-ZÀ-Þ][A-Za-zÀ-ÿ'’.-]{{1,20}}|#?[0-9-]{{1,7}}|of|the|on|upon|de|du"
                rf"|des|la|le),?[ \n]){{1,9}}"
                rf"(?:{_CODED})(?![A-Za-z0-9]))"
            ),
            0.85,
            "folded",
            gate=re.compile(rf"(?:{_CODED})(?![A-Za-z0-9])"),
        ),
        # A British postcode ends an address for certain, whatever the house and the street are
        # called.
        Rule(
            "en_postcode",
            re.compile(
                r"(?<![0-9A-Za-z$.#-])(?P<value>(?=[^\n]{0,60}?[0-9,])(?:(?:The |Flat "
                r"|Unit )?(?:[A-Z][A-Za-z'’.-]{1,20}|[0-9]{1,4}[A-Za-z]?),? ){2,10}"
                rf"{_POSTCODE})(?![A-Za-z0-9])"
            ),
            0.75,
            "folded",
            _postcode,
            re.compile(f"{_POSTCODE}(?![A-Za-z0-9])"),
        ),
        # India and Bangladesh: house, then blocks and roads, then the town with its PIN of six
        # digits.
        Rule(
            "en_pin",
            re.compile(
                r"(?<![0-9A-Za-z$.#-])(?P<value>(?:[A-Z]-?)?[0-9]{1,4}[A-Z]?(?:/[0-9]{1,4})?,? "
                r"(?:(?:[A-Z][A-Za-z'’.-]{0,20}|[0-9]{1,3}),? ){1,9}"
                r"(?:- ?)?[1-9][0-9]{2} ?[0-9]{3}(?![0-9A-Za-z]))"
            ),
            0.75,
            "folded",
            _pin,
        ),
        # Hong Kong, Singapore: flat, floor, tower, estate, district (Hongkong Post, "Correct
        # Addressing": from the smallest part to the largest, with commas).
        Rule(
            "en_stacked",
            re.compile(
                r"(?<![0-9A-Za-z$.#-])(?P<value>(?:Flat|Apt|Unit|Room|Rm|Suite|Shop|House) "
                rf"[0-9A-Z]{{1,5}},(?: ?(?:[0-9]{{1,2}}/F|{_PART}),){{1,6}} ?"
                r"[A-Z][A-Za-z'’-]{0,15}(?: [A-Z][A-Za-z'’-]{0,15}){0,3})(?![A-Za-z])"
            ),
            0.75,
            "folded",
            _stacked,
        ),
        Rule(
            "en_house_road",
            re.compile(
                rf"(?<![0-9A-Za-z])(?P<value>(?:House|Plot|Flat|Villa"
                rf"|Block) (?:[A-Z]-?)?[0-9]{{1,4}}[A-Z]?,? (?:Road|Street|Lane|Sector|Phase|Block)"
                rf" (?:[A-Z]-?)?[0-9]{{1,3}}[A-Z]?(?:,? {_TOWN}){{0,3}}?(?=[.;!\n]|$| [a-z]))"
            ),
            0.75,
            "folded",
        ),
        Rule(
            "en_reversed",
            re.compile(
                rf"(?:[Ll]ives? (?:on|at|in)|[Ll]iving (?:on|at)|[Aa]ddress(?: is|:)"
                rf"|[Dd]eliver(?:ed)? to|[Ss]en[dt] to|[Ss]hip(?:ped)? to) "
                rf"(?P<value>(?:[A-Z][a-z'’]{{2,15}} ){{1,3}}(?:{_STRONG}"
                rf"|{_USUAL}) [0-9]{{1,4}}[A-Za-z]?(?![0-9A-Za-z]))"
            ),
            0.7,
            "folded",
        ),
        Rule(
            "en_estate",
            re.compile(
                r"(?<![A-Za-z])(?P<value>(?:Units?|Suite|Shop|Block|Plot|Bay|Office"
                r"|Studio) [0-9]{1,3}[A-Z]?,? (?:[A-Z][a-z'’]{2,15},? ){1,4}"
                r"(?:Estate|Park|Centre|Center|Building|House|Mill|Works|Yard|Arcade|Plaza|Mall"
                r"|Village|Quarter)(?![A-Za-z])"
                rf"(?:, {_TOWN})?)"
            ),
            0.7,
            "folded",
        ),
        Rule(
            "en_rural",
            re.compile(
                rf"(?<![A-Za-z])(?P<value>(?:RR|R\.R\.|Rural Route|HC|County Road|County Rd|CR"
                rf"|State Route|SR) ?#?[0-9]{{1,4}}"
                rf"(?:,? Box [0-9]{{1,5}})?,? {_TOWN},? {_STATE}(?: [0-9]{{5}})?)(?![A-Za-z0-9])"
            ),
            0.8,
            "folded",
        ),
        Rule(
            "en_spoken",
            re.compile(
                r"(?:liv(?:e|es|ing) (?:at|on)|address(?: is|['’]s|:)|(?:i['’]?m|we['’]?re"
                r"|located|come) (?:at|to)"
                r"|(?:deliver(?:ed)?|ship(?:ped)?|sen[dt]|left|dropped|drop)(?: it| them"
                r"| this)?(?: off)? (?:to|at))"
                rf"\s(?P<value>(?:{_SAID_NUMBER}|[0-9]{{1,5}}[a-z]?) (?:[a-z'’]{{2,15}} ){{1,3}}"
                r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|close|court|way|crescent"
                r"|terrace|place|boulevard"
                rf"|blvd|grove|gardens|square)(?![a-z])(?:,? (?:apt|unit|flat"
                rf"|suite) [a-z0-9]{{1,5}})?"
                rf"(?:(?:,? [a-z]{{3,15}}){{1,2}}?,? (?:{_STATE_NAME}|{_STATE.lower()} [0-9]{{5}}"
                rf"|{_POSTCODE.lower()})(?![a-z0-9]))?)"
            ),
            0.7,
        ),
        Rule(
            "en_small",
            re.compile(
                r"(?<![a-z0-9$.#/-])(?P<value>(?:(?:flat|apt|unit"
                r"|apartment) [0-9]{1,4}[a-z]?,? )?[0-9]{1,5}[a-z]? "
                r"(?P<name>(?:[a-z'’]{3,15} ){1,3})"
                r"(?P<type>street|st|road|rd|avenue|ave|lane|drive|close|court|crescent|terrace"
                r"|boulevard|blvd|grove"
                r"|gardens|mews)(?![a-z])(?! (?:trip|test|map|sign|bike|race|show|shoes?|legal"
                r"|game))(?:,? (?:apt|unit|flat|suite) #?[a-z0-9]{1,5}(?![a-z0-9]))?"
                r"(?:, [a-z]{3,14}(?=[,.;\n]|$))?)"
            ),
            0.6,
            check=_small,
        ),
        Rule(
            "en_po_box",
            re.compile(
                rf"(?<![A-Za-z])(?P<value>(?:P\.? ?O\.? Box|PO box|po box|P\.O\. box)"
                rf" [0-9]{{1,7}}(?P<tail>(?:,? {_TOWN})??,? (?:{_STATE}(?:,?"
                rf" [0-9]{{5}}(?:-[0-9]{{4}})?)?|{_POSTCODE})(?![A-Za-z0-9])"
                rf"|(?:, {_TOWN}){{1,3}})?)"
            ),
            0.9,
            "folded",
        ),
        Rule(
            "en_military_or_town",
            re.compile(
                rf"(?<![A-Za-z0-9])(?P<value>(?:(?:Unit|PSC) [0-9]{{2,5}},? Box [0-9]{{2,5}}|USS"
                rf" {_TOWN}|USNV {_TOWN}),?\s{{1,3}}(?:DPO|APO|FPO) A[AEP] [0-9]{{5}})"
            ),
            0.9,
            "folded",
        ),
    ),
)
