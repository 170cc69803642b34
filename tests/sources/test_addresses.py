"""Which addresses may be connected to."""

from contextlib import suppress
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.addresses import check_url, is_allowed
from bot.sources.errors import UrlRefusedError


@pytest.mark.parametrize(
    ("address", "public", "intranet"),
    [
        ("8.8.8.8", True, True),
        ("2606:4700:4700::1111", True, True),
        ("::ffff:8.8.8.8", True, True),
        ("64:ff9b::808:808", True, True),
        ("127.0.0.1", False, True),
        ("127.255.255.254", False, True),
        ("::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("64:ff9b::7f00:1", False, True),
        ("10.0.0.1", False, True),
        ("172.16.5.4", False, True),
        ("172.31.255.255", False, True),
        ("192.168.1.1", False, True),
        ("fd00::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a00:1", False, True),
        # Where clouds keep their machines' keys.
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("192.0.0.192", False, False),
        ("168.63.129.16", False, False),
        ("64:ff9b::a83f:8110", False, False),
        ("fd00:ec2::254", False, False),
        ("fd20:ce::254", False, False),
        ("fe80::1", False, False),
        ("0.0.0.0", False, False),  # noqa: S104 - nothing is bound to it
        ("0.1.2.3", False, False),
        ("::", False, False),
        ("::ffff:0.0.0.0", False, False),
        ("100.64.0.1", False, False),
        ("100.127.255.255", False, False),
        ("100.128.0.1", True, True),
        ("::ffff:100.64.0.1", False, False),
        ("64:ff9b::6440:1", False, False),
        ("::ffff:0:7f00:1", False, False),
        ("2001:20::1", False, False),
        ("192.88.99.1", False, False),
        ("224.0.0.1", False, False),
        ("239.255.255.250", False, False),
        ("ff02::1", False, False),
        ("240.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("::7f00:1", False, False),
        ("fec0::1", False, False),
        ("2001:db8::1", False, False),
        ("3fff::1", False, False),
        ("5f00::1", False, False),
        ("64:ff9b:1::7f00:1", False, False),
        ("100::1", False, False),
        ("2002:7f00:1::", False, False),
        ("2002:808:808::1", False, False),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", False, False),
    ],
)
def test_only_the_public_internet_is_allowed_and_with_leave_the_intranet(
    address: str, public: bool, intranet: bool
) -> None:
    assert is_allowed(address, private=False) is public
    assert is_allowed(address, private=True) is intranet


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("ftp://news.example/feed", "only http"),
        ("file:///etc/passwd", "only http"),
        ("gopher://news.example/", "only http"),
        ("javascript:alert(1)", "only http"),
        ("data:text/html,x", "only http"),
        ("//news.example/feed", "only http"),
        ("news.example/feed", "only http"),
        ("", "only http"),
        ("http:///feed", "host"),
        ("http://", "host"),
        ("http://user:secret@news.example/", "user name or a password"),
        ("http://user@news.example/", "user name or a password"),
        ("http://:secret@news.example/", "user name or a password"),
        ("http://news.example:0/", "port"),
        ("http://news.example:99999/", "web address"),
        ("http://news.example:port/", "web address"),
        ("http://[::1", "web address"),
        ("http://[::1]@/", "web address"),
        ("http://news\x00.example/", "web address"),
        ("http://news\x0b.example/", "web address"),
        ("http://news example/", "web address"),
        ("http://127%2e0.0.1/", "web address"),
        ("http://[::127.1]/", "web address"),
        ("http://[::1]:80:80/", "web address"),
        ("http://xn--127-/", "web address"),
        ("http://news.example\\@127.0.0.1/", "web address"),
        ("http://127.0.0.1:80@news.example/", "user name or a password"),
        ("http://1.1.1.1 &@127.0.0.1/", "user name or a password"),
        ("http://news.example/" + "x" * 3_000, "longer"),
        ("http://news.example/" + "خ" * 400, "longer"),
    ],
)
def test_a_url_that_is_never_fetched_is_refused_without_repeating_its_secret(url: str, complaint: str) -> None:
    with pytest.raises(UrlRefusedError, match=complaint) as refused:
        check_url(url)
    assert "secret" not in str(refused.value)


# https://www.iana.org/assignments/iana-ipv4-special-registry and multicast, beside clouds' own.
_SPECIAL = [
    ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
_NEVER = [ip_network(network) for network in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255/32")]
_OF_VERSION_4 = st.one_of(
    st.ip_addresses(v=4), st.sampled_from(_SPECIAL).flatmap(lambda network: st.ip_addresses(network=network))
)


@given(_OF_VERSION_4, st.sampled_from(["{}", "::ffff:{}", "64:ff9b::{}"]))
def test_no_special_address_is_public_however_it_is_written(address: object, form: str) -> None:
    written = form.format(address)
    assert is_allowed(written, private=False) is not any(address in network for network in _SPECIAL)
    assert not (is_allowed(written, private=True) and any(address in network for network in _NEVER))


@given(st.ip_addresses(v=6))
def test_of_version_6_only_unicast_addresses_are_public(address: object) -> None:
    carries = ip_address(str(address)) in ip_network("64:ff9b::/96") or ip_address(str(address)).ipv4_mapped  # type: ignore[union-attr]  # it is of version 6
    if is_allowed(str(address), private=False) and not carries:
        assert ip_address(str(address)) in ip_network("2000::/3")


_PIECES = st.sampled_from(
    ["http", "https", "file", ":", "//", "/", "\\", "@", "?", "#", "[", "]", "::1", "127.0.0.1", "2130706433",
     "0x7f.1", "news.example", "secret", "%", "%00", "%40", ":80", ":0", ".", "..", " ", "\t", "\n", "\u3002",
     "\uff0f", "xn--", "أخبار"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=12).map("".join) | st.text(max_size=60).map("http://{}".format))
def test_any_text_is_refused_or_names_a_host_and_nothing_secret(text: str) -> None:
    with suppress(UrlRefusedError):
        url = check_url(text)
        assert url.scheme in ("http", "https")
        assert url.host
        assert (url.user, url.password, url.fragment) == (None, None, "")
        assert url.port
        assert check_url(str(url)) == url  # what is stored and read again is the same address
