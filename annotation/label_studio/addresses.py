"""Which addresses may be asked: a server's name must not lead this machine into its own network."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from annotation.label_studio.errors import BadAddress, ServerDown

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST = 300  # characters
# Hands out credentials of the machine at every large host; no Label Studio lives here.
_NEVER = (ipaddress.ip_network("169.254.0.0/16"), ipaddress.ip_network("fd00:ec2::/32"))


def split(url: str) -> SplitResult:
    """The parts of `url`, which has to be a plain http(s) address. Raises BadAddress."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress("bad_address") from None
    plain = parts.scheme in {"http", "https"} and parts.hostname and port != 0
    extra = parts.username or parts.password or parts.query or parts.fragment
    if not plain or extra or len(url) > LONGEST or any(ord(char) < 33 for char in url):
        raise BadAddress("bad_address")
    return parts


def resolved(url: str, *, private: bool) -> str:
    """The IP address to talk to. `private`: whether addresses of private networks are allowed.

    Every address of the name must be allowed, and the one returned is the one to connect to: a
    second look-up could give another. Raises BadAddress, ServerDown.
    """
    parts = split(url)
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ServerDown("unknown_host") from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        _check(_plain(address), private)
    return str(addresses[0])


def _plain(address: _Address) -> _Address:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return mapped or address


def _check(address: _Address, private: bool) -> None:
    if address.is_multicast or address.is_unspecified or any(address in net for net in _NEVER):
        raise BadAddress("forbidden_address")
    if not address.is_global and not private:
        raise BadAddress("private_address")
