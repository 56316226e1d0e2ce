"""IP addresses, version 4 and 6, but not software versions nor every router's own address.

Sources: RFC 791 and RFC 6943 (four decimal octets), RFC 4291 section 2.2 (version 6, with ::),
RFC 1918 and vendors' manuals for the default addresses that identify nobody.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import (
    Hit,
    Recogniser,
    Rule,
    near_after,
    near_before,
    value_span,
    words,
)

_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
# Addresses to compare with, none to listen on.
_DEFAULTS: Final = words(
    """
    0.0.0.0 127.0.0.1 192.168.0.1 192.168.1.1 192.168.2.1 192.168.3.1 192.168.8.1 192.168.31.1
    192.168.50.1 192.168.100.1 192.168.0.254 192.168.1.254 10.0.0.1 1.1.1.1 1.0.0.1 8.8.8.8
    8.8.4.4 114.114.114.114 223.5.5.5 119.29.29.29
    """
)
_VERSION_BEFORE: Final = re.compile(
    r"(?:(?<![a-z])v(?:er(?:sion)?)?\.?|版本|固件|系统|升级|更新|firmware|software"
    r"|driver|驱动|build|release|update[ds]?"
    r"|ios|android|app|patch|miui|bios)[^。;!?\n,]{0,12}$"
)
_VERSION_AFTER: Final = re.compile(
    r"^\s?(?:版|固件|系统|version|firmware|update|build|release|beta)"
)
_IP_CUE: Final = re.compile(
    r"(?:(?<![a-z])ips?(?![a-z])|地址|路由|后台|登[录陆]|网关|服务器|router|server"
    r"|ping|address|gateway|login|logged|host|from)[^。;!?\n]{0,24}$"
)


def _v4(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = match.span()
    text = views.lower
    if match.group() in _DEFAULTS or match.group().startswith("255."):
        return
    cued = near_before(text, start, _IP_CUE, 34)
    if near_after(text, end, _VERSION_AFTER, 10) or (
        near_before(text, start, _VERSION_BEFORE, 24)
        and not re.search(r"ip[^a-z]{0,6}$", text[max(0, start - 8) : start])
    ):
        return
    small = all(int(octet) < 32 for octet in match.group().split("."))
    if cued or not small:
        yield start, end, score if cued else score - 0.15


def _v6(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    written = match["value"]
    # 10:30:45 is a time and 16:9 a ratio: the library refuses both; ::1 is everybody's.
    if sum(c.isalnum() for c in written) < 6:
        return
    try:
        ipaddress.IPv6Address(written)
    except ValueError:
        return
    yield start, end, score


def normalise(value: str) -> str:
    """As written, in lower case."""
    return value.lower()


RECOGNISER: Final = Recogniser(
    "IP",
    (
        Rule(
            "v4",
            re.compile(
                rf"(?=[0-9])(?<![0-9.])(?<![0-9a-z]v)(?<!^v)(?:{_OCTET}\.){{3}}{_OCTET}(?!\.?[0-9])(?![a-z])"
            ),
            0.9,
            check=_v4,
            gate=re.compile(r"\.[0-9]{1,3}\.[0-9]"),
        ),
        Rule(
            "v6",
            re.compile(
                r"(?<![0-9a-z.])(?<![0-9a-f:]:)(?P<value>(?!:[0-9a-f])[0-9a-f]{0,4}(?::"
                r"[0-9a-f]{0,4}){2,7}(?<!:))(?![0-9a-z])(?!:[0-9a-f])"
            ),
            0.9,
            check=_v6,
            gate=re.compile(":[0-9a-f]{0,4}:"),
        ),
    ),
    normalise=normalise,
)
