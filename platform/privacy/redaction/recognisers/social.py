"""Names of accounts on social platforms, after the platform's name or an @.

Source: the platforms' help pages: 2 to 30 letters, digits, _ . or -. There is no check digit;
a plain word after a platform's name counts only where the writer marks it as an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views, fold_key
from privacy.redaction.recogniser import (
    SAYS,
    Hit,
    Recogniser,
    Rule,
    glue,
    near_before,
    value_span,
    words,
)

_ZH: Final = (
    r"(?:微博|围脖|抖音|斗音|快手|小红书|小红薯|红书|(?<![a-z])b站|哔哩哔哩"
    r"|知乎|豆瓣|陌陌|闲鱼|咸鱼|旺旺|淘宝|得物|贴吧|视频号|公众号)"
)
_EN: Final = (
    r"(?:twitter|instagram|insta|ins|ig|dy|douyin|xhs|bilibili|tik\s?tok|snap\s?chat|snap"
    r"|facebook|fb|telegram|tg"
    r"|discord|youtube|yt|reddit"
    r"|threads|pinterest|linkedin|line id|kik|skype|venmo|cash\s?app|twitch|tumblr"
    r"|weibo|bluesky|mastodon|psn|xbox(?: live)?|gamer\s?tag|steam|playstation|nintendo)"
)
_MARKETS: Final = words(
    "depop vinted etsy ebay poshmark mercari shopee lazada strava goodreads letterboxd spotify"
    " soundcloud github gitlab kakao kakaotalk viber patreon roblox minecraft zalo"
    " bereal lemon8 quora flickr behance carousell xianyu mastodon whatnot"
)
"""Names that are also words or firms: only with "handle", "user name" or a colon or @ behind."""
_PLATFORM: Final = rf"(?:{_ZH}|(?<![a-z])(?:{_EN}|{'|'.join(sorted(_MARKETS))})(?![a-z]))"
_GLUE: Final = glue(
    *SAYS,
    "昵称",
    "用户名?",
    "主页",
    "搜索?",
    "关注我?",
    "我的?",
    "加我?",
    "up主",
    "uid",
    "handle",
    "user\\s?name",
    "user",
    "name",
    "account",
    "profile",
    "me",
    "my",
    "at",
    "as",
    "@",
    repeat=4,
)
_VALUE: Final = r"[a-z0-9_][a-z0-9._\-]{1,28}[a-z0-9_](?:#[0-9]{4}(?![0-9]))?"
_MARKED: Final = re.compile(
    r"[@:]|号|昵称|用户名|(?<![a-z])(?:u?id|handle|user\s?name)(?![a-z])|搜|关注"
)
_NAMED_ON: Final = re.compile(
    r"(?<![a-z])(?:handle|user\s?name|nick(?:name)?|account|i['’]?m|known as|id) "
    r"(?:on|at|for|over on)\s$"
)
_OWN: Final = re.compile(
    r"(?:^|[^a-z0-9\s]\s{0,2}|\n|(?:my|add me on|follow me on|find me on|dm me on)\s)$"
)
_OFFICIAL: Final = re.compile("(?:Help|Support|Care|Official|Store|Shop|News|Team|Service)$")
_FIRST_PERSON: Final = re.compile(r"(?:my|add me on|follow me on|find me on|dm me on)\s$")
_INFLECTED: Final = re.compile(r"^(?:.{2,6}ed|.{2,5}ing|.{2,8}ly|.{2,8}tion)$")
_WORDS: Final = words(
    """
    about account accounts actually advert advertisement advertising advertisements advice
    algorithm always amazing another anymore because before bought brought celebrities celebrity
    challenge channel channels comments commercial commercials convinced creator creators
    despite everyone everybody famous favorite followers friends filters finally generation
    giveaway hashtag however hype influencer influencers influenced instead integration library
    likes link login looking marketing marketplace messages messenger moments music
    notifications page pages photos pictures people popular post posted posts premium probably
    profile promised promoted promotion really recipes recommendation recommendations
    recommended recommends review reviews reviewer reviewers said says sensation shop should
    showed shows sponsored still stories story streaming suggested support supports sucked
    talked trend trending trends tutorial tutorials video videos viral version without works
    working would wouldn doesn picture someone something pretty iphone android website please
    thanks because compatible official integration streamer gamers purchase product products
    handle username user name uid connected connect connection inside outside watermark battery
    crashes freezes camera streaks status http https www com
    """
)


def _platform(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    value = match["value"]
    between = views.lower[match.start() : start]
    coded = any(c.isdigit() or c in "_" for c in value)
    market = re.match("[a-z0-9]*", between)
    named = near_before(views.lower, match.start(), _NAMED_ON, 20)
    marked = named or _MARKED.search(between) is not None
    if not marked and market and market.group() in _MARKETS:
        return
    if value in _WORDS or (
        not any(c.isalpha() for c in value) and not (marked and len(value) >= 5)
    ):
        return
    if "." in value and "@" not in between and re.search(r"\.(?:com|cn|net|org)$", value):
        return
    if marked and (coded or len(value) >= 4):
        yield start, end, score
        return
    own = near_before(views.lower, match.start(), _OWN, 16)
    separated = re.search("[._\\-]", value) is not None
    digits = sum(c.isdigit() for c in value)
    if own and ((coded and len(value) >= 5 and digits < len(value)) or separated):
        yield start, end, score - 0.05
    elif (
        own
        and value.isalpha()
        and not _INFLECTED.search(value)
        and len(value) >= (6 if near_before(views.lower, match.start(), _FIRST_PERSON, 20) else 9)
    ):
        yield start, end, score - 0.2
    elif coded and "_" in value and views.lower[start - 1 : start] in {" ", "号", "@"}:
        yield start, end, score - 0.1


def _at_sign(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    value = match["value"]
    asked = near_before(
        views.lower,
        match.start(),
        re.compile(
            r"(?:follow|dm|tag|find|message|pay|venmo|channel|subscribe|page|account|insta|ig"
            r"|twitter)(?: me| us| to| is)?(?: at| on)?\s{0,2}$|(?:关注|找|艾特"
            r"|私信|by|from|at|ig|handle)\s{0,2}$"
        ),
        18,
    )
    shown = views.folded[start:end]
    camel = re.fullmatch(r"(?:[A-Z][a-z]{1,12}){2,4}", shown) and not _OFFICIAL.search(shown)
    if camel or re.search(r"[0-9_]", value) or (asked and len(value) >= 4):
        yield start, end, score


def _role(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """At least six characters, some of them letters: no measure and no file's suffix."""
    start, value = match.start("value"), match["value"].rstrip(".-")
    letters = sum(c.isalpha() for c in value)
    if len(value) >= 6 and letters >= 3 and not re.search(r"\.[a-z]{2,4}$", value):
        yield start, start + len(value), score


def normalise(value: str) -> str:
    """Without the leading @, in lower case."""
    return fold_key(value).lstrip("@")


RECOGNISER: Final = Recogniser(
    "SOCIAL_HANDLE",
    (
        Rule(
            "platform",
            re.compile(_PLATFORM + _GLUE + rf"(?P<value>{_VALUE})(?![a-z0-9_@])"),
            0.85,
            check=_platform,
        ),
        Rule(
            "user_name",
            re.compile(
                r"(?<![a-z])(?:user\s?name|user id|screen name|用户名|登录名|会员名)"
                + glue(*SAYS, "my", "的")
                + r"(?P<value>(?=[0-9.\-]{0,28}[a-z])(?=[a-z0-9.\-]{0,28}[0-9_])"
                r"[a-z0-9][a-z0-9._\-]{3,28})(?![a-z0-9_@])"
            ),
            0.75,
        ),
        Rule(
            "at_sign",
            re.compile(
                r"(?<![a-z0-9._@+\-])@(?P<value>[a-z][a-z0-9._\-]{1,28}[a-z0-9_])(?![a-z0-9_@])"
            ),
            0.7,
            check=_at_sign,
        ),
        # "FB粉专留言的是我peiyu.tsai.9": a few words between the platform and the account.
        Rule(
            "further",
            re.compile(
                _PLATFORM
                + r"[^。;!?\n@a-z0-9]{1,14}?(?:是|叫|我|名|号|id)[\s:]{0,2}"
                + rf"(?P<value>(?=[a-z0-9]{{1,20}}[._\-])(?=[a-z._\-]{{1,28}}[0-9_])[a-z]{_VALUE})"
                r"(?![a-z0-9_@])"
            ),
            0.75,
        ),
        # Only accounts are written with an underscore; what is not said to be a person's stays.
        Rule(
            "role",
            re.compile(
                r"(?:(?<![a-z])(?:seller|buyer|bidder|user|member|reviewer|reseller|trader|vendor|host"
                r"|streamer|youtuber|influencer|scammer|handle|nick(?:name)?|alias|login"
                r"|logged in as|aka|a\.k\.a\.|profile|account|shop|gamer\s?tag"
                r"|screen name)(?![a-z])"
                r"|卖家|买家|用户名?|网友|店主|掌柜|楼主|博主|主播|昵称|会员名?|账号|帐号|店铺)"
                + glue(
                    "called", "named", "name", "is", "was", "id", "叫", "是", "为", "@", repeat=2
                )
                + r"(?P<value>(?:[a-z0-9][a-z0-9.\-]{0,15})?(?:_[a-z0-9.\-]{1,15}){1,4}_?)"
                r"(?![a-z0-9_@])"
            ),
            0.7,
            check=_role,
        ),
        Rule(
            "reddit",
            re.compile(r"(?<![a-z0-9/._-])/?u/(?P<value>[a-z0-9_\-]{3,20})(?![a-z0-9_/])"),
            0.8,
        ),
        Rule(
            "han_said",
            re.compile(
                r"(?:(?:微博|抖音|快手|小红书|b站|知乎)(?:搜索?|叫|昵称|名字?|账号|号)[是:]?\s?"
                r"|(?:用户名|会员名|昵称|登录名)\s?[是:]\s?)"
                r"(?P<value>(?=[a-z0-9_\-]{0,12}[\u4e00-\u9fff])(?=[\u4e00-\u9fff]{0,10}"
                r"[a-z0-9_])[\u4e00-\u9fffa-z0-9_\-]{3,14}?)(?=[\s,，。.!！?)）;:]|$)"
            ),
            0.7,
        ),
        Rule(
            "han_name",
            re.compile(
                r"(?:微博|抖音|快手|小红书|b站"
                r"|知乎)[号:]{0,2}(?:up主|博主|私信|用户|主播|账号|大v|关注"
                r"|搜索?)?\s?@(?P<value>(?=[a-z0-9_\-]{0,12}[\u4e00-\u9fff])"
                r"[\u4e00-\u9fffa-z0-9_\-]{2,14}?)(?=[\s,，。.!！?)）;:]"
                r"|$|已|也|曝光|发了|都?说)"
            ),
            0.75,
        ),
    ),
    normalise=normalise,
    needs="any",
)
