"""Which URLs and addresses webhooks may go to."""

from ipaddress import ip_address, ip_network

import pytest

from services.notification.settings import NotificationSettings
from services.notification.subscriptions.domain import next_pause
from services.notification.subscriptions.problems import TargetRefused
from services.notification.subscriptions.signatures import signature_of
from services.notification.subscriptions.targets import Target, TargetRules, checked_addresses

RULES = TargetRules(("gov.test", "hooks.example.test"), (443, 8443), (), plain_http=False)
SANDBOX = TargetRules(("127.0.0.1", "localhost"), (8080,), (ip_network("127.0.0.0/8"),), plain_http=True)
ASCII, HTTPS, USER = "网址只能用半角", "网址须以 https:// 开头", "网址里不能写用户名或密码"
NAME, LITERAL, LISTED, PORT = (
    "普通的英文域名",
    "不能直接写 IP 地址",
    "不在允许推送的域名之内",
    "不允许，只能用 443、8443。",
)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://tax.gov.test", Target("https", "tax.gov.test", 443, "/")),
        ("HTTPS://TAX.Gov.Test:8443/in?a=1", Target("https", "tax.gov.test", 8443, "/in?a=1")),
        ("https://gov.test?a", Target("https", "gov.test", 443, "/?a")),
    ],
)
def test_a_url_of_an_allowed_host_is_taken_apart_once(url: str, target: Target) -> None:
    assert RULES.read(url) == target


def test_a_sandbox_may_name_addresses_and_plain_http() -> None:
    assert SANDBOX.read("http://127.0.0.1:8080/x") == Target("http", "127.0.0.1", 8080, "/x")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://tax.gov.test/", HTTPS),
        ("ftp://tax.gov.test/", HTTPS),
        ("//tax.gov.test/", HTTPS),
        ("https:tax.gov.test", HTTPS),
        ("https:///tax.gov.test", NAME),
        ("https://tax.gov.test/#x", HTTPS),
        ("https://tax.gov.test#@evil.test/", HTTPS),
        ("https://user:word@tax.gov.test/", USER),
        ("https://tax.gov.test@evil.test/", USER),
        ("https://tax.gov.test\\@evil.test/", ASCII),
        ("https://tax.gov.test /", ASCII),
        ("https://tax.gov.test\t/", ASCII),
        ("https://tax.gov.test\r\nx: y/", ASCII),
        ("https://税务.gov.test/", ASCII),
        ("https://tax。gov.test/", ASCII),
        ("https://ｔax.gov.test/", ASCII),
        ("https://xn--fiqs8s.gov.test/", NAME),
        ("https://tax.gov.test./", NAME),
        ("https://-tax.gov.test/", NAME),
        ("https://tax..gov.test/", NAME),
        ("https://tax%2egov.test/", NAME),
        ("https://[::1]/", NAME),
        ("https://[::ffff:10.0.0.1]:443/", NAME),
        ("https://127.0.0.1/", LITERAL),
        ("https://127.1/", LITERAL),
        ("https://2130706433/", LITERAL),
        ("https://0x7f.0x1/", LITERAL),
        ("https://0177.0.0.1/", LITERAL),
        ("https://100.100.100.200/latest/meta-data", LITERAL),
        ("https://gov.test.evil.test/", LISTED),
        ("https://evilgov.test/", LISTED),
        ("https://localhost/", LISTED),
        ("https://tax.gov.test:22/", PORT),
        ("https://tax.gov.test:0/", PORT),
        ("https://tax.gov.test:99999/", PORT),
        ("https://tax.gov.test:/", NAME),
        ("https://tax.gov.test:443:80/", NAME),
    ],
)
def test_any_other_url_is_refused_in_one_sentence(url: str, sentence: str) -> None:
    with pytest.raises(TargetRefused) as refused:
        RULES.read(url)
    assert sentence in refused.value.detail
    assert refused.value.detail.count("。") == 1


PUBLIC = ["1.1.1.1", "223.5.5.5", "59.255.1.1", "2400:3200::1", "2606:4700::1111"]
INSIDE = [
    *("0.0.0.1", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1", "203.0.113.1"),
    *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:1.1.1.1", "::127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b::101:101", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1"),
    *("fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "5f00::1"),
]


def test_public_addresses_are_allowed_and_all_special_ones_are_not() -> None:
    assert [one for one in PUBLIC if not RULES.allows(ip_address(one))] == []
    assert [one for one in INSIDE if RULES.allows(ip_address(one))] == []


def test_the_governments_own_network_is_allowed_by_a_setting_and_metadata_never() -> None:
    everything = TargetRules((), (), (ip_network("0.0.0.0/0"), ip_network("::/0")), plain_http=False)
    assert everything.allows(ip_address("10.20.0.1"))
    never = [
        "0.0.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "224.0.0.1",
        "fe80::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
    ]
    assert [one for one in never if everything.allows(ip_address(one))] == []


async def test_one_address_that_is_not_allowed_condemns_the_name() -> None:
    async def both(_host: str, _port: int) -> list[str]:
        return ["1.1.1.1", "10.0.0.1"]

    with pytest.raises(TargetRefused, match="webhook-target"):
        await checked_addresses(RULES, "tax.gov.test", 443, both)


def test_nine_tries_within_three_days() -> None:
    pauses = NotificationSettings.model_fields["webhook_pauses"].default
    waits = [next_pause(pauses, tries) for tries in range(1, 10)]
    assert waits == [*pauses, None]
    assert 2.5 * 86400 < sum(pauses) <= 3 * 86400


def test_signatures_are_those_of_the_specification() -> None:
    """The example of the specification's own libraries."""
    secret, message = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    signature = signature_of(secret, message, 1614265330, b'{"test": 2432232314}')
    assert signature == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
