"""Web addresses that lead to a person: profiles, accounts, orders, shared links with an id.

Source: RFC 3986 (generic syntax: authority, path, query). A page about a product leads to nobody
and stays, unless a parameter, its host or the words before say whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views, fold_key
from privacy.redaction.recogniser import Hit, Recogniser, Rule, near_before

_SOCIAL: Final = re.compile(
    r"(?:[a-z]+\.)?(?:weibo|instagram|facebook|fb|twitter|x|tiktok|douyin|xiaohongshu"
    r"|xhslink|bilibili|zhihu|youtube|linkedin"
    r"|snapchat|telegram|pinterest|reddit|threads|vk|kuaishou|wa)\.(?:com|cn|me|net"
    r"|tv|example|org)/|t\.me/"
)
_THING: Final = (
    r"(?:item|sku|spu|product|prod|goods|categor(?:y|ies)|cat|campaign|ad|utm|page|variant|colou?r"
    r"|brand|store|shop|collection|video|article|news|size|model|version|grid|void|valid)"
)
_OWN: Final = re.compile(
    rf"[?&;#](?!{_THING}[_\-]?(?:id|name)=)(?:[a-z_\-]{{0,16}}(?:uid|user[a-z_]*|order[a-z_]*"
    r"|member[a-z_]*|buyer[a-z_]*|customer[a-z_]*|account[a-z_]*|share[a-z_]*|invit[a-z_]*|token"
    r"|phone|mobile|tel|e?mail|openid|nick[a-z]*|recipient|contact)"
    r"|login|owner|sharer|friend|addr[a-z]*|session[a-z_]*)=[^&]"
)
"""Parameters that say whose page it is, on a product's page as well."""
_PERSONAL: Final = re.compile(
    r"/(?:u|user|users|member|members|profile|profiles|people|person|space|home|account|accounts"
    r"|my|me|order|orders|track|tracking|trackings|parcel|invoice|invoices|customer|customers"
    r"|wishlist|registry|claim|claims|ticket|tickets|returns?|booking|refund|receipt)"
    rf"(?:[./?=\-]|$)|/@|/~[a-z]|[?&;#](?!{_THING}[_\-]?(?:id|name)=)(?:[a-z_\-]{{0,16}}id"
    r"|u|name|seller|author|ref[a-z]*|[a-z]{1,8}_?name)=[^&]"
)
_PRODUCT: Final = re.compile(
    r"/(?:item|items|product|products|dp|gp/product|goods|sku|detail|p|watch|search"
    r"|help|support)[./?\-]|[?&](?:itemid|skuid|productid|v|q)="
)
_OWN_HOST: Final = re.compile(
    r"(?:[a-z0-9\-]{1,20}\.)?(?:order|orders|track|tracking|trackings|account|accounts|my|member"
    r"|members|user|users|profile|u|me|parcel|returns?|invoice|wuliu|kuaidi)\.[a-z0-9.\-]{3,40}/"
    r"[^\s]{0,80}[0-9]"
)
"""A host for one's own affairs, and a number in its path."""
_SAID: Final = re.compile(
    r"(?:(?<![a-z])(?:(?:my|his|her|their|our|public|personal|private|user|seller|buyer)\s"
    r"(?:[a-z]{2,12}\s)?(?:profile|page|account|order|orders|wish\s?list|registry|blog|site"
    r"|homepage)|profile)(?:\s(?:page|link|url))?|主页|订单(?:页面?|链接|详情)|个人(?:页面?|中心)"
    r"|空间|档案)(?:\s?(?:at|on|is|was|here|地址|链接|在|是))?[\s:(]{0,3}$"
)
"""What the words before call a person's page."""


def _url(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start = match.start("value")
    text = match["value"].rstrip(".,;:!?'\")]}>")
    rest = re.sub("^https?://", "", text)
    _, slash, path = rest.partition("/")
    if not slash or not path:
        return
    own = (
        _OWN.search("/" + path) is not None
        or _OWN_HOST.match(rest) is not None
        or near_before(views.lower, start, _SAID, 40)
    )
    page = _SOCIAL.match(rest) is not None or _PERSONAL.search("/" + path) is not None
    if own or (page and _PRODUCT.search("/" + path) is None):
        yield start, start + len(text), score


RECOGNISER: Final = Recogniser(
    "URL_WITH_ID",
    (
        Rule(
            "personal",
            re.compile(
                r"(?<![a-z0-9])(?P<value>(?:https?://|www\.|(?:m\.)?(?:weibo|instagram|facebook"
                r"|twitter|tiktok|t|wa)\.(?:com|me)/)[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{3,}+)"
            ),
            0.9,
            check=_url,
        ),
        # Without http and www, as people type them: a host of two parts or more and a path.
        Rule(
            "bare",
            re.compile(
                r"(?<![a-z0-9@./\-])(?P<value>(?:[a-z0-9\-]{1,24}\.){1,3}(?:com|cn|net|org|me|io"
                r"|co|uk|hk|tw|app|shop|store|link|page|info|tv|cc|ly|example)/"
                r"[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{2,}+)"
            ),
            0.8,
            check=_url,
        ),
    ),
    normalise=fold_key,
    needs="any",
)
