"""Words that stand beside names in English, and words that are none although capitalised.

The patterns are for text in lower case: ignoring case takes three times as long.
"""

from __future__ import annotations

import re
from typing import Final

from privacy.redaction.recogniser import words

_KIN: Final = (
    "wife|husband|hubby|daughter|son|kid|kiddo|mom|mum|mam|mother|dad|father|sister|sis|brother|bro"
    "|friend|mate|bff|bestie|neighbou?r|boyfriend|girlfriend|bf|gf|fianc[eé]e?|room-?mate"
    "|flat-?mate"
    "|cousin|aunt|auntie|aunty|uncle|niece|nephew|colleague|co-?worker|boss|partner|grand-?son"
    "|grand-?daughter|grand-?kid|grandma|grandpa|nan|nana|granny|gran|grandmother|grandfather"
    "|god-?son"
    "|god-?daughter|step-?(?:son|daughter|mum|mom|dad)|toddler|baby|twins?|ex|in-law|landlord"
    "|tenant"
)
_STAFF: Final = (
    "agent|reps?|representative|adviser|advisor|manager|supervisor|technician|tech|installer|driver"
    "|courier|post(?:man|ie|woman)|mail(?:man|carrier)|fitter|plumber|electrician|mechanic|nurse"
    "|assistant|associate|cashier|clerk|stylist|barber|hairdresser|trainer|coach|teacher|tutor"
    "|therapist"
    "|dentist|vet|doctor|guy|lady|girl|man|woman|chap|lad|lass|gentleman|gal|bloke|fella|dude"
    "|person"
    "|employee|staff(?: member)?|operator|specialist|engineer|consultant|salesman|saleswoman"
    "|salesperson"
    "|seller|owner|host|server|waiter|waitress|delivery|receptionist|chat|support|care|service|dept"
    "|department|team member|buyer|customer|recipient|reviewer|client|attn|contact"
)
_OPEN: Final = r"(?:,|:|-|\s\(|\()?\s{0,5}[\"'“‘(]?$"

CALLED: Final = re.compile(
    r"(?:(?<![a-z])(?:my name is|(?:my |the )?names?(?: given| taken)?(?:['’]s| is|\s?[:=-]"
    r"| was)|goes by"
    r"|by the name of|ask(?:ed|ing)? for|spoke (?:to|with|w/)|speak(?:ing)? (?:to|with)"
    r"|chat(?:ted|ting)? (?:to|with)|talk(?:ed|ing)? (?:to|with)|dealt with|served by|helped by"
    r"|signed (?:for )?by|signed for|in the name of|(?:from|to|cc|user|customer|sender|author"
    r"|owner|assignee|requester|cardholder|occupant|tenant|guest|patient|cashier|agent|rep"
    r"|technician|driver|reviewer|buyer|seller|signature) ?:"
    r"|name on (?:the |my |your |this )?(?:account|card"
    r"|order)(?: is|:)|addressed to|c/o|attn:?)\.?)" + _OPEN
)
"""Words after which a capitalised word is a name, known or not."""
SPOKEN: Final = re.compile(
    rf"(?:(?<![a-z])(?:(?:{_STAFF})|(?:(?:my|our|his|her|their|the) )?(?:{_KIN})|named|called"
    r"|(?:signed|received|recieved|accepted|collected|delivered|installed|fitted|packed|written"
    r"|reviewed|prepared|handled|assisted|sold|ordered|recommended) (?:for )?by"
    r"|shout ?-?out (?:to|2)"
    r"|kudos (?:to|2)|props to|hats off to|thanks?(?: you)?(?: so much| very much| a bunch"
    r"| a lot| a million| loads| kindly| ever so much"
    r"| again)?(?: to)?|thx|ty"
    r"|cheers|dear|contact|contcat|call|email(?:ed)?|message[d]?|text(?:ed)?|rang|ring|bless"
    r"|well done"
    r"|regards|rgds|brgds|tks|warmly|respectfully|sincerely|yours|signed|xx+|xo+"
    r"|(?:birthday|anniversary|congratulations|congrats|welcome(?: home)?|farewell|christmas"
    r"|graduation)"
    r"|(?:mug|cake|necklace|bracelet|tag|label|ring|bib|blanket|stocking|ornament|keyring"
    r"|it) (?:says|said|reads)"
    r"|(?:^|\n|[.!?]\s)(?:hi|hello|hey|hiya|yo|ok|okay|thanks|morning|evening|good (?:morning"
    r"|afternoon|evening)),?)"
    r"(?:,|:|-|\s\()?\s{0,3}[\"'“‘(]?$)"
)
"""Words after which a known given name is a name."""
PERHAPS: Final = re.compile(
    r"(?:(?:^|\n)\s{0,2}(?:--?|~|—|–)\s?$|\[[0-9:]{4,8}\]\s$|[a-z0-9]:\s$|[a-z],\s$"
    r"|(?<![a-z])(?:from|to|for|with|by|and|&|2|w/|hi|hello|hey|love|then|says?|said|told|asked"
    r"|let|because"
    r"|when|i['’]?m|i am|this is|it['’]?s|its me|its|appreciate|want|tell|saw|met|like)"
    r"(?:,|:|-|\s\()?\s{0,3}[\"'“‘(]?$)"
)
"""Words after which one may stand; a signature's dash; a time of day in a pasted chat."""
OBJECT: Final = re.compile(
    r"(?<![a-z])(?:(?:e-?mail|messag|phon|contact|thank|ask|tip|meet|tell|call|text|ring|annoy|warn"
    r"|inform|notify|notifi|chas|bother|prais|remind|refer|forward|report|complain|repl|writ|wrot"
    r"|speak|spok|talk|chatt?|hand|redirect|pass|gave|give|return)(?:e|y|ed|ied|s|es|ing|en)?"
    r"(?: (?:it|this|that|them|one|him|her|me|everything|mine|my [a-z]{2,12}))?"
    r"(?: (?:over|back|on|again|out))?(?: (?:to|with|for))?"
    r"|told|met|paged|cc|bcc|fao|f\.a\.o\.?|dealt with|reported to|(?:gift|present|birthday"
    r"|card) for"
    rf"|(?:{_STAFF})(?: [a-z]{{2,8}}){{0,2}} (?:was|is|were|named|called|name)"
    r"|(?:post|plac|rais|submitt|request|install|fitt|repair|fix|mount|assembl|book|process"
    r"|clos|open|answer|taken|approv|check|brought|dropp?|review|sign|deliver|pack|handl|made"
    r"|wrapp?|serv|sent|writt?en|carri|tak)"
    r"(?:ed|en)?(?: (?:for|up|in|off|over|round))? by|left (?:it )?(?:with|by)|courtesy of"
    r"|engrav[a-z]{2,5}(?: (?:is|says|with|as))?|(?:meant|intended|parcel|package"
    r"|delivery)(?: is| was)? for|should (?:be|say|read)|spel(?:led|t)(?: (?:it|as))?"
    r"|misspel(?:led|t)|(?:buzzer|bell|label|slip|signature|doorbell|pod|card|tag|note)"
    r" (?:says?|said|shows?|reads?)(?: name)?|name|on behalf of|sincerely|credit to|love from"
    r"|love,?"
    r"|(?:was|is|were|are|named|called|name['’]?s) called|named|nobody but|no ?one but|except"
    r"|courier|driver|fitter|rep|agent|postie|neighbou?r"
    r"|neighbou?r at [0-9]{1,4},?)"
    r"(?:,|:|-|\s\()?\s{0,3}[\"'“‘(]?$"
)
"""Verbs and nouns that take a person next: what is capitalised there is one more often than not."""
SELF: Final = re.compile(r"(?<![a-z])(?:it['’]?s(?: me)?|this is|i['’]?m|i am|me)[,:]? $")
"""Words with which a writer says who they are."""
SELF_AFTER: Final = re.compile(r",|\s(?:from|again|here)(?![a-z])")
SIGNED: Final = re.compile(r"[a-z0-9.!?)]\s{1,2}(?:--?|~|—|–)\s?$")
ENDED: Final = re.compile(r"[\s.!x❤♥]{0,4}$")
"""A signature behind a dash ends the text."""
ASIDE: Final = re.compile(rf"(?<![a-z])(?:{_STAFF}|{_KIN})\s\($")
PRAISED: Final = re.compile(r"(?<![a-z])(?:kudos|props|bravo|well done|shout ?out|hats off),?\s$")
"""Words before somebody's name alone: "the fitter (Zdravko)", "kudos Manjit!"."""
TO_PLACE: Final = re.compile(
    r"(?<![a-z])(?:deliver(?:ed|y)?|ship(?:ped|ping)?|sent|post(?:ed)?|move[d]?|drive|drove|went|go"
    r"|going|back|here|over|all the way|flight|way|trip|return(?:ed)?|came|come|from|in|near|at"
    r"|outside|around|via)(?: to| from)?\s$"
)
"""Words before a place; those that take a person ("spoke to") are asked before."""
TOOK: Final = re.compile(
    r"\s(?:in|within|took|takes)\s(?:about |under |only |just )?[a-z0-9]{1,6}\s"
    r"(?:days?|weeks?|hours?|hrs?|months?)(?![a-z])|\s(?:branch|store|depot|warehouse|area|office)"
)
"""After a place: how long it took there, what stands there."""
DESCRIBED: Final = re.compile(
    r"\s(?!(?:guy|one|person|lad|bloke|man|woman|girl|lady|chap|who|from|at|in|on|and|or|was|is"
    r"|that|he|she|about|with|for|to|after|before|when|then|but|regarding|last|today|yesterday"
    r"|again|twice|once|this|named)(?![a-z]))[a-z]{3,}"
)
"""After "the" and a name: what is sold under it (the Nelson mandala book)."""
THING_BEFORE: Final = re.compile(
    r"(?<![a-z])(?:the|a|an|this|these|those|that|my|our|your|his|their|its|any|every|each|no"
    r"|another|new|old|original|genuine|real|fake|in|near|at|into|via|of|around|outside"
    r"|visit(?:ing)?"
    r"|wear(?:ing)?|used?|using|bought|buy(?:ing)?|love[sd]?|like[sd]?|prefer|tried|try|own|collect"
    r"|than|vs\.?|versus|one|two|three|[0-9]{1,4}(?!\s[-–—])|st\.?|saint|lake|mount|fort|san|port|aunt"
    r"|uncle|king|queen|brand|perfume|shampoo|guitar|watch(?:ed|ing)?|read|play(?:ed|ing|s)?"
    r"|listen(?:ed|ing)? to|sounds? like|smells? like|looks? like)[\s\"'“‘-]{1,3}$"
)
"""Words before a thing, a place or a figure of the screen rather than a person one has met."""
TO_ME: Final = re.compile(
    r"\s(?!(?:for|to|with|gives?|gave|makes?|made|lets?|saved?|saves|costs?|helps|fits?|suits?"
    r"|took|takes|at|by"
    r"|on|of|and|but|cause[sd]?|keeps|kept|left|leaves|reminds?|reminded|is|was|not|than|like"
    r"|from|about|works?)\s)"
    r"[a-z]{3,10} (?:me|us)(?![a-z])"
)
"""After a name, what people rather than things do to a writer: "walked me through"."""
OBJECT_AFTER: Final = re.compile(r"\s(?:it|this|them|that|these|the|his|her|to)(?![a-z])")
"""After "my wife Hates it": the capital is a verb's."""
POSSESSED: Final = re.compile(r"(?:['’]s| the) [A-Z]")
"""A title or a figure: Simon's Cat, Bob the Builder."""
THING_ENDS: Final = words(
    """
    collection edition series line brand store shop company inc ltd llc pro plus max mini set kit
    bed frame sofa chair table lamp dress shirt jeans bag watch phone case cream serum lotion oil
    wash scrub mask gel spray powder foundation mascara lipstick shampoo conditioner guitar amp
    pedal strings pick street road avenue lane park beach city county island hills valley river
    lake bay hotel hospital school university college church castle house hall court square
    station airport bridge palace express plaza center centre mall market farm farms cafe grill
    pizza brewing coffee tea sauce foods beauty cosmetics music studios records entertainment
    systems audio electronics tools outdoors sports gear wear apparel shoes boots hats toys games
    """
)
"""Last words of what is sold, and of places."""
DOES: Final = re.compile(
    r"(?:,?\s{1,2}(?:\(?(?:who|whom)|and the team|and (?:his|her) team|helped|said|says|told"
    r"|tells|rang"
    r"|phoned|emailed|replied|answered|responded|explained|refused|promised|assured|delivered"
    r"|installed"
    r"|fitted|fixed|repaired|signed|did|lives(?! on(?![a-z]))|works"
    r"|had|has|needs|wants|can|could|thinks?"
    r"|carried|lifted|hauled|knocked|waved|smiled|winked|shrugged|swore|shouted|laughed"
    r"|sorted (?:it|me|us|this|that|out)|listened|lobbed|chucked|threw|climbed"
    r"|the (?:driver|courier|fitter|installer|plumber|manager|postman|postie|agent|rep|builder)"
    r"|thought|bought|ordered|chose|recommended|suggested|showed"
    r"|handled|assisted|apologi[sz]ed|hung up|transferred|deserves?|u rock|you rock|you are"
    r"|you['’]re"
    r"|(?:was|is|were) (?:so |very |really |super |extremely |most |an? "
    r"|absolutely )?(?:the (?:only )?one|helpful|rude|kind"
    r"|friendly|polite|patient|lovely|nice to|great to|wonderful to|professional|knowledgeable"
    r"|courteous|condescending|dismissive|unhelpful|clueless|arrogant|sarcastic|attentive"
    r"|understanding"
    r"|accommodating|sympathetic|apologetic|cheerful|impatient|abrupt|snippy|curt|thorough"
    r"|responsive|no help"
    r"|a liar|a joke|a delight|a pleasure|brilliant|amazing|awesome|wonderful"
    r"|gem|star|legend|angel|credit|joy to|pleasant|excellent to|amazing to|fantastic to|efficient)"
    r"|(?:never|finally|only|still|also|just|then) (?:showed|called|came|replied|got|turned"
    r"|answered|rang|told|said)"
    r"|(?:showed|turned) up|got back|never got|came (?:to|back|round|over)|calling(?: about)?"
    r"|checked|rolled (?:his|her)"
    r"|(?:here|speaking)(?=\s?(?:[-,.:!—–]|$|from|at|again))|in[- ]store|accepted|took in"
    r"|next door|across the|on\s{1,2}[+(0-9])(?![a-z])"
    r"|\s{1,2}(?:at (?:the |your |customer)|from (?:the |your |customer|support|sales|cs |head "
    r"|accounts)"
    r"|(?:in|from|at) (?:the [a-z]{2,12} (?:dep|store|branch|shop|off|team|desk)|customer|sales"
    r"|service|support"
    r"|billing|returns|dispatch|logistics|shipping|the warehouse|reception|accounts|collections)"
    r"|on (?:your |chat|live|reception))"
    r"|['’]s\s(?:words|voice|reply|response|birthday|party|wedding|room|house|phone|number"
    r"|email|name|order|account"
    r"|address|attitude"
    r"|help|service|mum|mom|dad|wife|husband|sister|brother|christmas|present|gift|bday))"
)
"""What people do and brands do not, right after their names."""
GOODS: Final = re.compile(
    r"(?:['’]?s?\s(?:lego|perfume|cologne|mascara|lipstick|foundation|cream|lotion|shampoo|soap"
    r"|guitars?"
    r"|amps?|straps?|strings?|picks?|pedals?|shoes?|boots?|sneakers?|jeans|shirts?|dress(?:es)?"
    r"|bags?"
    r"|watch(?:es)?|phones?|headphones|speakers?|cameras?|brand|edition|series|style|books?"
    r"|movies?|film"
    r"|costumes?|dolls?|toys?|figures?|secret|sauce|glaze|whisk(?:e)?y|beer|wine|tea|coffee"
    r"|chocolate"
    r"|dvds?|blu-?rays?|vinyl|albums?|cds?|biography|memoir|tribute|merch|posters?|tour|concert"
    r"|novels?|records?"
    r"|cookies?|ice cream|razors?|trimmers?|blender|vacuum|mixer|knife|knives|pans?|pots?|mattress"
    r"|pillow|chair|table|lamp|app|software|update|model|version|collection|products?|cosmetics"
    r"|skincare"
    r"|makeup|jewel(?:le)?ry|ring(?! (?:me|us|him|her|them|back))|necklace|bracelet|card|bag"
    r"|gold|oil|red|blue|green|pink"
    r"|period|size|scent|fragrance|aroma|flavou?rs?|tee|tees|hooks?|keys|feeder|washers?|bolts?"
    r"|blinds?|mugs?|tins?|cloth|fabric|prints?|pattern|colou?rs?|shade|bush|plants?|seeds?|bath"
    r"|sponge|peg|pegs|dupe)"
    r"(?![a-z]))"
)
"""What is sold, right after a word: then that is a brand or a pattern."""
_COMPANIES: Final = """
    calvin klein, ralph lauren, tommy hilfiger, jack daniel, jack daniels, johnnie walker,
    mary kay, estee lauder, elizabeth arden, laura mercier, charlotte tilbury, bobbi brown,
    jo malone, marc jacobs, michael kors, kate spade, tory burch, vera bradley, ben sherman,
    ted baker, paul smith, john lewis, john deere, john frieda, paul mitchell, vidal sassoon,
    helena rubinstein, max factor, peter thomas roth, mario badescu, sally hansen, burt bees,
    oscar mayer, jimmy dean, betty crocker, aunt jemima, uncle ben, dr pepper, marks spencer,
    harry potter, hannah montana, peter rabbit, peppa pig, thomas tank, james bond, indiana jones,
    captain america, les paul, steve madden, jimmy choo, christian dior, christian louboutin,
    yves saint laurent, giorgio armani, hugo boss, donna karan, carolina herrera,
    oscar de la renta, diane von furstenberg, betsey johnson, anne klein, joe fresh, trader joe,
    george foreman, louis vuitton, levi strauss, victoria secret, ann taylor, eddie bauer,
    tom ford, hong kong, paris hilton, jessica simpson, johnson, johnson & johnson, wilson,
    spalding, harley davidson, rolls royce, mercedes benz, aston martin, alfa romeo, ernie ball,
    jim dunlop, seymour duncan, george l, mrs meyer, dr bronner, mr clean, mr coffee, dr martens,
    ray ban, ray-ban, mac mini, carl zeiss, bare minerals, tea tree, shea butter, aloe vera,
    jane iredale, kat von d, kate somerville, rodan fields, tata harper, murad, kiehl,
    jason natural, alexa, siri, cortana, lego, nike, adidas, sony, samsung, bosch, philips,
    siemens, dyson, canon, nikon, fuji, lumix, yamaha, toyota, honda, ford, kawasaki, suzuki, casio,
    roland, korg, fender, gibson, shure, sennheiser, jbl, anker, logitech, asus, acer, dell, lenovo,
    intel, nvidia, panasonic, toshiba, sharp, hitachi, braun, gillette, loreal, maybelline, revlon,
    nivea, neutrogena, olay, cerave, clinique, nars, essie, redken, kenwood, delonghi, breville,
    ninja,
    hoover, miele, bissell, irobot, roomba, tefal, pyrex, tupperware, zara, gap, uniqlo, levis,
    puma,
    reebok, asics, vans, converse, crocs, clarks, timberland, garmin, fitbit, gopro, sandisk,
    kingston,
    netgear, linksys, belkin, epson, kodak, pentax, olympus, leica, nokia, motorola, huawei, xiaomi,
    oneplus, oppo, realme, google, microsoft, asda, tesco, aldi, lidl, sainsburys, morrisons,
    waitrose,
    argos, currys, boots, superdrug, costco, kroger, target, walgreens, cvs, macys, nordstrom,
    kohls,
    sephora, ulta, wayfair, ikea, homebase, screwfix, halfords, yodel, dpd, parcelforce, tnt,
    aramex,
    ben & jerry, barnes & noble, black & decker, arm & hammer, smith & wesson, harry & david,
    crabtree & evelyn, fortnum & mason, abercrombie & fitch, dolce & gabbana, procter & gamble,
    peter pan, mary jane, mary janes, santa claus, father christmas, robin hood, sherlock holmes,
    mickey mouse, minnie mouse, donald duck, bugs bunny, homer simpson, bart simpson, jack russell,
    king charles, prince albert, jack frost, jane doe, john doe, joe bloggs, bloody mary,
    tom collins, betty boop, raggedy ann, andy pandy, postman pat, fireman sam, laura ashley,
    cath kidston, orla kiely, emma bridgewater, fred perry, karen millen, jack wills, mary berry,
    jamie oliver, gordon ramsay, martha stewart, paula deen, wolfgang puck, marie callender,
    stella mccartney, vivienne westwood, alexander mcqueen, alexander wang, vera wang, sam edelman,
    cole haan, stuart weitzman, kenneth cole, joseph joseph, robert dyas, ernest jones,
    thomas sabo, daniel wellington, olivia burton, jack links, jimmy johns, papa johns,
    good good, granny smith, earl grey, dave & buster, marks & spencer, simon & schuster, j crew,
    h samuel, l l bean, e leclerc
    """
COMPANY: Final = frozenset(name.strip() for name in _COMPANIES.split(","))
"""Firms and characters with a person's name, in lower case, and firms that start a run of words."""
_COMMON: Final = words(
    """
    a about absolutely actually after again air all almost also although always am amazing amazon
    an and android any anyone anything apple app are area aren't around as ask at avoid away
    awesome back bad barely battery be beautiful because been before being below best better big
    black blue bluetooth both bottom bought box brand brilliant brown bulk but buy by cable came
    can can't cannot card case charger charging cheap check child children chinese christmas clean
    clear close cold color colour come comes comfortable company could customer customers daily
    day days dear december decent definitely delivered delivery did didn't different disappointed
    do does doesn't don don't dont door down driver due durable each early easily easy ebay eight
    either email english even ever every everyone everything excellent excuse exactly expected
    expensive extremely fabulous fake fantastic fast february few fine first fit fits five for
    four free french friday friendly from front fun future garbage german get gets getting gift
    give given go goes going gone good google got great green guarantee had half handy happy hard
    has hate have haven't having he headphones heavy hello help helpful her here hers hey hi high
    highly him his home honestly horrible hot hour how however huge i i'd i'll i'm i've id if im
    in instagram instead internet into is isn't it it's item items its january japanese july just
    keep kids kind know large last late left less let light like literally little local looks
    looking lot loud loved loves low made mail make makes man many maybe me mean medium micro
    microsoft might mine minor monday money month months more most mother much must my myself near
    need needed needs nearly neat neither never new next nice night nine no none noise nope normal
    not note nothing november now number october of off office ok okay old on once one ones only
    onto open or order ordered ordering original other others otherwise our out outstanding over
    overall own package packaging paid part pay people perfect perfectly phone picture place
    plastic please plus point poor pos post pretty price product products pros cons purchase
    purchased put quality question quick quickly quiet quite rather read really reason received
    recommend red refund regular reliable replacement return returned review right safe said same
    santa saturday save say says second see seller seems send sent september service set seven
    several shame she shipped shipping should shouldn't show side sides simple simply since single
    six size slow small smart so soft solid some someone something soon sorry sound spanish spent
    staff star stars started stay still stop store stupid such sunday super sure surprisingly take
    tea team tell ten terrible than thank thanks thankyou that that's the their them then there
    there's these they thick thin thing things think third this those though three through
    thursday time times tiny to today together told tomorrow too took top total totally tried
    truly try tuesday turn twenty two type ugly unbelievable under unfortunately united until up
    update upon us usa usb use used useful useless user uses using usually very video view wait
    walmart want wanted was wasn't waste watch water way we we're wednesday week weeks weight well
    went were what what's when where which while white who whole whom whose why wifi will win
    windows wish with within without women won won't wonderful work worked working works world
    worst worth would wouldn't wow wrong xl xs yeah year years yellow yep yes yesterday yet you
    your yours zero mr mrs ms miss mx dr prof sir madam regards sincerely best cheers hiya yo omg
    lol btw fyi asap tv hd pc led lcd hdmi ssd ram cpu gpu gps ups usps dhl fedex royal evri
    hermes uk eu uae ny nyc la ca tx fl ok street st road rd avenue ave lane drive court apt
    apartment flat unit suite floor house building tower block box north south east west new york
    city county state country amex visa mastercard paypal venmo ebay etsy prime facebook twitter
    youtube tiktok snapchat whatsapp telegram wechat pinterest reddit discord netflix spotify
    iphone ipad macbook mac galaxy pixel xbox playstation nintendo switch kindle fire echo alexa
    roku cotton leather wood metal steel silicone rubber glass stainless memory foam extra ultra
    mini max pro lite premium deluxe classic standard royal vintage natural organic sport sports
    outdoor kitchen bath bedroom baby kid pet dog cat fish bike car truck boat garden shop
    shopping dollar pound euro per cup bowl plate bottle jar tube kit beauty supply soap butter
    body facial oil eau spa brush distortion health mouth wash spring cool cape urban line bath
    gel shower cream cover tank season manual winter summer autumn irish scottish welsh english
    british american european asian indian african mexican italian hot sweet cold fairy express
    image carry serum lotion spray powder skin hair nail face eye lip hand foot shave electric
    digital studio guitar amp pedal string strap pick tuner microphone speaker sound bass treble
    volume tone reverb drive fuzz shoe antioxidant lavender vanilla lemon mint apricot coconut
    almond honey sea salt sugar spa moisturizing professional plus super mega bullet junior love
    hate uninstalled installed sharing downloaded fragrant app apps user developer developers dev
    devs game uncle aunt auntie aunty granny grandma grandpa nurse coach shoutout kudos props
    model username bathroom update edit pm am est pst gmt inc ltd llc co corp gmbh subject date
    fwd re cc to from agent support me easter halloween thanksgiving diwali eid ramadan hanukkah
    rgds kr brgds tks warmly respectfully faithfully kitchens bless ask call called contact
    contacted emailed message messaged text texted phoned thank met spoke
    saw hire hired visit visited choose chose pick picked praise avoid blame reception desk
    concierge security mailroom lobby locker staff returns billing dispatch logistics
    birthday anniversary congratulations congrats welcome merry care hotline helpdesk headquarters
    head office name mobile complaint sender receiver title
    cell landline queen king princess prince guys folks lads ladies gents everybody mates personal
    info else valentine valentines yuletide hogmanay lent carnival oktoberfest
    """
)
NOT_NAMES: Final = _COMMON | frozenset(
    form for word in re.findall("[a-z]+", f"{_KIN}|{_STAFF}") for form in (word, f"{word}s")
)
"""Words that begin no name, in lower case; roles in the plural as well."""
