"""Mail that comes back is read as a receipt, whatever server writes it; nothing else is."""

import pytest

from services.notification.channels.bounces import read_bounce
from services.notification.channels.problems import UnreadableReceipts
from services.notification.delivery.domain import settled
from services.notification.messages.domain import MessageState

DOMAIN = "example.gov.cn"
KEY = "5b1c0d0e-7f3a-5c0e-9d52-7d4e2a6f9b10"
BOUNCE = """From: MAILER-DAEMON@mail.example.gov.cn (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: notice@example.gov.cn
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B/mail"

--B/mail
Content-Type: text/plain; charset=us-ascii

<li.si@example.com>: host mx.example.com said: 550 5.1.1 User unknown

--B/mail
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.gov.cn
Arrival-Date: Sat, 28 Nov 2026 10:00:00 +0800 (CST)

Final-Recipient: rfc822; li.si@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--B/mail
Content-Type: {returned}

From: notice@example.gov.cn
To: li.si@example.com
Message-ID: <{key}@{domain}>
Subject: =?utf-8?b?5YiG5Z6L57uT5p6c?=

--B/mail--
"""


def bounce(**changed: str) -> bytes:
    said = {"action": "failed", "status": "5.1.1", "returned": "text/rfc822-headers", "key": KEY, "domain": DOMAIN}
    return BOUNCE.format(**(said | changed)).replace("\n", "\r\n").encode()


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
@pytest.mark.parametrize(("key", "ours"), [(KEY, KEY), (f"{KEY}.2", f"{KEY}:2")])
def test_a_mail_that_came_back_names_its_message_and_the_code_alone(returned: str, key: str, ours: str) -> None:
    receipt = read_bounce(bounce(returned=returned, key=key), DOMAIN)
    assert receipt is not None
    assert (receipt.key, receipt.reference, receipt.delivered, receipt.code) == (ours, None, False, "bounced-5.1.1")


@pytest.mark.parametrize(
    "changed", [{"action": "delayed", "status": "4.4.1"}, {"domain": "example.com"}, {"key": "a b"}]
)
def test_what_has_not_failed_for_good_or_is_not_ours_says_nothing(changed: dict[str, str]) -> None:
    assert read_bounce(bounce(**changed), DOMAIN) is None


def test_a_status_that_is_none_leaves_the_reason_open() -> None:
    receipt = read_bounce(bounce(status="li.si@example.com"), DOMAIN)
    assert receipt is not None
    assert receipt.code == "bounced"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        "Subject: 自动回复\n\n我在休假".encode(),
        bounce(returned="text/plain"),
        bounce().replace(b"message/delivery-status", b"text/plain"),
        b'Content-Type: multipart/mixed; boundary="a"\n\n'
        + b'--a\nContent-Type: multipart/mixed; boundary="a"\n\n' * 5000,
        b"Content-Type: text/plain; charset=no-such\n\n\xff",
    ],
    ids=["nothing", "json", "absence", "no mail with it", "no status", "deeply nested", "charset"],
)
def test_whatever_else_is_handed_in_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableReceipts):
        read_bounce(body, DOMAIN)


@pytest.mark.parametrize("state", MessageState)
def test_only_what_counts_as_delivered_without_a_receipt_can_come_back(state: MessageState) -> None:
    """A gateway's own receipt stays: of two that contradict each other nobody can tell which is right."""
    said = settled(state, delivered=False, same_attempt=True, only_taken=True)
    assert (said is MessageState.FAILED) is (
        state in {MessageState.SENDING, MessageState.HANDED_OVER, MessageState.UNCERTAIN, MessageState.DELIVERED}
    )
    if state is MessageState.DELIVERED:
        assert settled(state, delivered=False, same_attempt=True) is None
        assert settled(state, delivered=False, same_attempt=False, only_taken=True) is None
