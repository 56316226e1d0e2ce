"""Which addresses may be asked: a server's name must not lead this machine into its own network."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from annotation.label_studio.errors import BadAddress, ServerDown

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST = 300  # characters
# Here large hosts hand out credentials of the machine; no Label Studio lives here.
_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "169.254.0.0/16",  # nearly all of them
        "fd00:ec2::/32",  # Amazon
        "100.100.100.200/32",  # Alibaba
        "168.63.129.16/32",  # Azure
        "192.0.0.192/32",  # Oracle
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


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


def resolved(url: str, *, private: bool) -> list[str]:
    """The IP addresses to talk to, in order. `private`: whether private networks are allowed.

    Every address of the name must be allowed, and only those returned may be connected to: a
    second look-up could give others. Raises BadAddress, ServerDown.
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
    return list(dict.fromkeys(map(str, addresses)))


def _plain(address: _Address) -> _Address:
    """The older address that a newer one leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _check(address: _Address, private: bool) -> None:
    if address.is_multicast or address.is_unspecified or any(address in net for net in _NEVER):
        raise BadAddress("forbidden_address")
    ours = address.is_reserved or getattr(address, "is_site_local", False) or not address.is_global
    if ours and not private:
        raise BadAddress("private_address")
