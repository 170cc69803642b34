"""Which addresses and URLs may be fetched. Pure."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from yarl import URL

from bot.sources.errors import UrlRefusedError

MAX_URL = 2_000
_TOO_LONG = "the address is longer than any address of a page"
# Networks of IPv6 in which the last 32 bits are an IPv4 address, to which packets are handed on.
# RFC 4291 2.5.5.2 (mapped), RFC 6052 (NAT64)
_CARRIERS = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
# https://www.iana.org/assignments/ipv6-unicast-address-assignments
_IPV6_UNICAST = IPv6Network("2000::/3")
# 6to4 and Teredo carry IPv4 addresses too, and nobody serves news there any more; the third is for documentation.
_NOT_FOR_SERVERS = (IPv6Network("2002::/16"), IPv6Network("2001::/23"), IPv6Network("3fff::/20"))
_UNIQUE_LOCAL = IPv6Network("fc00::/7")
# Public and private ones that are neither: IETF protocols (RFC 6890; Oracle's cloud gives its machines' secrets away
# there), relays of 6to4, and where the clouds of Azure, Amazon and Google do so.
_NEVER = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("168.63.129.16/32"),
    IPv6Network("fd00:ec2::/32"),
    IPv6Network("fd20:ce::/64"),
)
# Of a host, international ones as they are written in ASCII.
_NAME = re.compile("[A-Za-z0-9._-]+")


def is_allowed(host: str, *, private: bool) -> bool:
    """Whether a socket may be connected to this resolved address: one of the public internet.

    With `private`, also loopback and the private networks of an intranet. Link-local addresses never, since clouds
    give their machines' secrets away there; nor multicast, unspecified and reserved ones.
    """
    address = _unwrap(ip_address(host))
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    return _is_public(address) or (private and _is_private(address))


def check_url(address: str) -> URL:
    """Return the URL taken apart. Raise `UrlRefusedError`, which never repeats the URL."""
    if len(address) > MAX_URL:
        raise UrlRefusedError(_TOO_LONG)
    try:
        url = read_url(address.strip())
        host = url.host
        if host and ":" in host:
            ip_address(host.partition("%")[0])
        elif host and not _NAME.fullmatch(url.raw_host or ""):
            raise ValueError
    except ValueError:  # what is no international name raises it only when it is asked for its host
        raise UrlRefusedError("this is no web address; write one such as https://example.com/feed") from None
    if url.scheme not in ("http", "https"):
        raise UrlRefusedError("only http:// and https:// addresses are fetched")
    if not host:
        raise UrlRefusedError("the address names no host")
    if url.user is not None or url.password is not None:
        raise UrlRefusedError("the address holds a user name or a password, which is not sent anywhere")
    if not url.port:
        raise UrlRefusedError("the address has an impossible port")
    whole = url.with_fragment(None)
    if len(str(whole)) > MAX_URL:  # letters that no URL holds are written with three signs for each byte
        raise UrlRefusedError(_TOO_LONG)
    return whole


def read_url(text: str) -> URL:
    """Return what is written there, absolute or relative. Raise `ValueError` where that is no URL."""
    try:
        return URL(text)
    except IndexError:  # what yarl raises for brackets before an @ with nothing behind it
        raise ValueError("this is no URL") from None


def _unwrap(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv6Address) and any(address in network for network in _CARRIERS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return True
    return address in _IPV6_UNICAST and not any(address in network for network in _NOT_FOR_SERVERS)


def _is_private(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        return address.is_loopback or address in _UNIQUE_LOCAL
    usable = not (address.is_link_local or address.is_unspecified or address.is_multicast or address.is_reserved)
    return address.is_private and usable and address.packed[0] != 0
