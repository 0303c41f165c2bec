"""What people set of their own contact, what they consent to and withdraw; what officers see, unmask and erase."""

from typing import Any

import pytest

from services.notification.contacts import endpoints
from services.notification.contacts.lookups import address
from services.notification.contacts.service import recipient_of
from services.notification.messages.domain import Channel, Recipient, RecipientKind
from shared.platform.identity import Role
from tests.integration.notification.contact_steps import (
    EMAIL,
    PHONE,
    WORDS,
    accepted,
    row,
    seen,
    set_own,
    withdraw,
)
from tests.integration.notification.notification_client import (
    CITY,
    COUNTY,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)

OWN = "13700000002"
ELSEWHERE = "410106"
REASON = {"reason": "送达前电话联系经营者"}


@pytest.fixture
async def known(office: NotificationClient) -> NotificationClient:
    """Two households, one of operator 1 with a delivered contact."""
    await office.hear(household_typed(1), household_typed(2))
    await accepted(office, row(1))
    return office


async def address_now(office: NotificationClient, channel: Channel = Channel.SMS, category: str = "") -> str | None:
    """Where a message to operator 1 would be handed over to at this moment."""
    recipient = Recipient(RecipientKind.OPERATOR, operator(1))
    async with office.resources.database.reading() as session:
        return await address(session, office.resources.vault, recipient, uscc(1), channel, category)


async def audited(office: NotificationClient, action: str) -> list[dict[str, Any]]:
    """What the audit says of an action."""
    return [dict(one) for one in await office.sql("select * from audit_entry where action = $1 order by seq", action)]


async def test_one_reads_what_is_kept_and_the_words_to_consent_to(known: NotificationClient) -> None:
    shown = (await known.get("/v1/own-contact", Role.OPERATOR)).json()
    assert shown["own"]["phone"] is None
    assert [one["phone"] for one in shown["delivered"]] == ["139****5678"]
    assert shown["words"]["version"] == WORDS
    assert [one["category"] for one in shown["categories"] if not one["optional"]] == ["duty"]


async def test_what_one_sets_outranks_the_delivery_and_is_shown_masked(known: NotificationClient) -> None:
    answer = await set_own(known, phone=f"+86 {OWN}", consent=WORDS)
    assert answer.status_code == 200
    own = answer.json()["own"]
    assert (own["phone"], own["consent_words"]) == ("137****0002", WORDS)
    assert own["consented_at"] is not None
    assert await address_now(known) == OWN
    assert await address_now(known, Channel.EMAIL) == EMAIL, "what one does not set is taken from the delivery"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"phone": "12345678901", "consent": WORDS}, "phone-invalid"),
    ({"email": "nobody", "consent": WORDS}, "email-invalid"),
    ({"phone": OWN}, "consent-missing"),
    ({"phone": OWN, "consent": "1999-1"}, "consent-missing"),
    ({"opted_out": ["duty"]}, "duty-cannot-be-opted-out"),
]


async def test_what_cannot_be_taken_is_refused_in_one_sentence(known: NotificationClient) -> None:
    for change, slug in REFUSED:
        answer = await set_own(known, **change)
        told = answer.json()
        assert (answer.status_code, told["type"]) == (422, f"/problems/{slug}")
        assert not any(value in answer.text for value in ("12345678901", "nobody", OWN))
        assert told["detail"].endswith("。")
    assert await address_now(known) == PHONE


async def test_channels_and_categories_take_effect_when_a_message_is_handed_over(known: NotificationClient) -> None:
    await set_own(known, channels=["email"], opted_out=["season"])
    assert await address_now(known) is None
    assert await address_now(known, Channel.EMAIL) == EMAIL
    assert await address_now(known, Channel.EMAIL, "season") is None
    assert await address_now(known, Channel.EMAIL, "duty") == EMAIL
    await set_own(known, channels=None)
    assert await address_now(known) == PHONE
    assert (await seen(known))["own"]["opted_out"] == ["season"], "what is not mentioned stays"


async def test_removing_a_number_erases_it(known: NotificationClient) -> None:
    await set_own(known, phone=OWN, consent=WORDS)
    await set_own(known, phone=None)
    (kept,) = await known.sql("select phone, consent_words, consented_at from own_contact")
    assert tuple(kept) == (None, None, None)


async def test_a_withdrawal_erases_everything_at_once_and_keeps_only_when(known: NotificationClient) -> None:
    await set_own(known, phone=OWN, email=EMAIL, consent=WORDS, channels=["sms"], opted_out=["season"])
    assert (await withdraw(known)).status_code == 200
    (own,) = await known.sql("select * from own_contact")
    kept = {name for name, value in dict(own).items() if value}
    assert kept == {"recipient", "withdrawn_at"}
    (delivered,) = await known.sql("select phone, email, consented_on from contact where uscc = $1", uscc(1))
    assert tuple(delivered) == (None, None, None)
    assert await address_now(known) is None
    (entry,) = await audited(known, "own-contact:withdraw")
    assert (entry["chain"], entry["subject"]) == (COUNTY, f"operator:{operator(1)}")


async def test_one_can_consent_anew_after_a_withdrawal(known: NotificationClient) -> None:
    await withdraw(known)
    await set_own(known, phone=OWN, consent=WORDS)
    assert await address_now(known) == OWN


async def test_staff_keep_an_address_of_their_own(office: NotificationClient) -> None:
    who = office.as_(Role.OFFICER, COUNTY, subject="zhang")
    change = {"email": "zhang@scjg.example.cn", "consent": WORDS}
    answer = await office.client.patch("/v1/own-contact", json=change, headers=who)
    assert answer.json()["own"]["email"] == "z***@scjg.example.cn"
    recipient = Recipient(RecipientKind.PERSON, "zhang")
    async with office.resources.database.reading() as session:
        kept = await address(session, office.resources.vault, recipient, None, Channel.EMAIL)
    assert kept == "zhang@scjg.example.cn"
    assert (await office.get("/v1/own-contact", Role.OFFICER, subject="li")).json()["own"]["email"] is None


async def test_an_officer_unmasks_for_a_reason_and_the_audit_says_so(known: NotificationClient) -> None:
    await set_own(known, email="own@qq.com", consent=WORDS)
    path = f"/v1/contacts/{uscc(1)}/disclosures"
    shown = await known.post(path, REASON, Role.OFFICER, subject="zhang")
    assert shown.json() == {
        "delivered": {"phone": PHONE, "email": EMAIL},
        "own": {"phone": None, "email": "own@qq.com"},
    }
    entries = await audited(known, "personal-data:unmask")
    assert {(one["actor"], one["subject"], one["chain"]) for one in entries} == {
        ("zhang", f"contact/{uscc(1)}", COUNTY)
    }
    assert (await known.post(path, {"reason": ""}, Role.OFFICER)).status_code == 422
    assert (await known.post(f"/v1/contacts/{uscc(2)}/disclosures", REASON, Role.OFFICER)).status_code == 404


async def test_erasure_upon_request_is_a_withdrawal(known: NotificationClient) -> None:
    await set_own(known, phone=OWN, consent=WORDS)
    answer = await known.post(f"/v1/contacts/{uscc(1)}/erasures", {"reason": "经营者到窗口要求删除"}, Role.OFFICER)
    assert answer.status_code == 204
    assert await address_now(known) is None
    await accepted(known, row(1), mode="full")
    shown = await seen(known)
    assert (shown["delivered"]["phone"], shown["own"]["phone"], shown["reachable"]) == (None, None, [])
    assert len(await audited(known, "contact:erase")) == 1


READ, UNMASK, ERASE = "get", "disclosures", "erasures"


WHO = [
    (Role.OFFICER, COUNTY, READ, 200),
    (Role.OFFICER, CITY, READ, 200),
    (Role.APPROVER, COUNTY, READ, 200),
    (Role.AUDITOR, COUNTY, READ, 200),
    (Role.OFFICER, ELSEWHERE, READ, 404),
    (Role.OPERATOR, COUNTY, READ, 403),
    (Role.BUREAU, COUNTY, READ, 403),
    (None, COUNTY, READ, 401),
    (Role.OFFICER, COUNTY, UNMASK, 200),
    (Role.APPROVER, CITY, UNMASK, 200),
    (Role.OFFICER, ELSEWHERE, UNMASK, 404),
    (Role.AUDITOR, COUNTY, UNMASK, 403),
    (Role.BUREAU, COUNTY, UNMASK, 403),
    (Role.OPERATOR, COUNTY, UNMASK, 403),
    (Role.OFFICER, ELSEWHERE, ERASE, 404),
    (Role.APPROVER, COUNTY, ERASE, 403),
    (Role.AUDITOR, COUNTY, ERASE, 403),
    (Role.OFFICER, COUNTY, ERASE, 204),
]


async def test_who_sees_unmasks_and_erases(known: NotificationClient) -> None:
    path = f"/v1/contacts/{uscc(1)}"
    for role, region, deed, status in WHO:
        if deed == READ or role is None:
            answer = await known.get(path, role, region)
        else:
            answer = await known.post(f"{path}/{deed}", REASON, role, region)
        assert answer.status_code == status, (role, region, deed, answer.text)


MAILBOX = {"office": "金水区市场监督管理局", "address": "测试路1号", "phone": "0371-66012345", "email": "js@zz.gov.cn"}


async def put_mailbox(office: NotificationClient, role: Role, region: str = COUNTY, **changed: object) -> Any:
    path = f"/v1/mailboxes/market/{COUNTY}"
    return await office.client.put(path, json=MAILBOX | changed, headers=office.as_(role, region))


async def test_an_officer_of_the_region_keeps_the_offices_mailboxes(office: NotificationClient) -> None:
    kept = await put_mailbox(office, Role.OFFICER)
    assert (kept.json()["phone"], kept.json()["email"]) == ("037*****2345", "j***@zz.gov.cn")
    body = {name: MAILBOX[name] for name in ("office", "address")}
    again = await office.client.put(f"/v1/mailboxes/market/{COUNTY}", json=body, headers=office.as_(Role.OFFICER, CITY))
    assert again.json()["email"] == "j***@zz.gov.cn", "what is not mentioned stays"
    assert (await put_mailbox(office, Role.OFFICER, phone="123")).json()["type"] == "/problems/phone-invalid"
    listed = (await office.get("/v1/mailboxes", Role.BUREAU, department="tax")).json()["items"]
    assert [one["department"] for one in listed] == ["market"]
    assert (await office.get("/v1/mailboxes", region=ELSEWHERE)).json()["items"] == []
    assert (await office.get(f"/v1/mailboxes/market/{COUNTY}", region=ELSEWHERE)).status_code == 404
    assert (await office.get(f"/v1/mailboxes/tax/{COUNTY}")).status_code == 404


async def test_nobody_else_keeps_them(office: NotificationClient) -> None:
    others = [(Role.OFFICER, ELSEWHERE), (Role.APPROVER, COUNTY), (Role.BUREAU, COUNTY), (Role.OPERATOR, COUNTY)]
    for role, region in others:
        assert (await put_mailbox(office, role, region)).status_code == 403, (role, region)


async def withdrawn_by_an_officer_with_a_shop(office: NotificationClient) -> bool:
    """Whether nothing is kept of an officer who runs household 1 after they withdrew, whichever way they set it."""
    who = office.issuer.headers(
        Role.OFFICER, region=COUNTY, subject="zhang", roles=["officer", "operator"], operator_ref=operator(1)
    )
    for as_operator in (False, True):
        change, query = {"phone": OWN, "consent": WORDS}, {"as_operator": as_operator}
        answer = await office.client.patch("/v1/own-contact", json=change, headers=who, params=query)
        assert answer.json()["own"]["phone"] == "137****0002"
        assert len(answer.json()["delivered"]) == as_operator
    answer = await office.client.delete("/v1/own-contact", headers=who)
    assert answer.status_code == 200, answer.text
    kept = await office.sql("select recipient from own_contact where phone is not null")
    kept += await office.sql("select uscc from contact where phone is not null and uscc = $1", uscc(1))
    return not kept


async def test_an_officer_with_a_shop_withdraws_as_both(known: NotificationClient) -> None:
    assert await withdrawn_by_an_officer_with_a_shop(known)


async def test_a_withdrawal_as_one_of_the_two_is_caught(
    known: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "recipients_of", lambda caller: [recipient_of(caller)])
    assert not await withdrawn_by_an_officer_with_a_shop(known)


async def test_the_words_say_who_else_handles_the_number_and_staff_have_their_own(office: NotificationClient) -> None:
    of_operators = (await office.get("/v1/own-contact", Role.OPERATOR)).json()["words"]
    of_staff = (await office.get("/v1/own-contact", Role.OFFICER)).json()["words"]
    assert of_operators["version"] == of_staff["version"] == WORDS
    for words in (of_operators["text"], of_staff["text"]):
        assert "委托短信、邮件服务商办理" in words
        assert "撤回同意" in words
    assert "工作人员平时只能看到遮盖后的号码" in of_operators["text"]
    assert "个体工商户" not in of_staff["text"]
    earlier = await set_own(office, phone=OWN, consent="2026-1")
    assert (earlier.status_code, earlier.json()["type"]) == (409, "/problems/consent-words-changed")
