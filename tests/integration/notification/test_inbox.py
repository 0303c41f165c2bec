"""Inboxes: everybody reads what they were told, and nothing that others were told."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from services.notification.inbox import recipients as inbox_recipients, repository as inbox_repository
from services.notification.messages.domain import NotificationCategory, Recipient, portal_path
from shared import clock
from shared.platform.identity import Caller, Role
from tests.integration.notification.notification_client import (
    CITY,
    COUNTY,
    NotificationClient,
    operator,
    uscc,
)
from tests.integration.notification.told import HOUSEHOLD, PERSON, known, tell, to_mailbox, to_operator, told

OPERATOR, OFFICER, APPROVER, AUDITOR, BUREAU = Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.BUREAU
DAY = dt.date(2026, 8, 5)


async def titles(office: NotificationClient, role: Role, region: str = COUNTY, **who: Any) -> list[str]:
    """The titles of the first page of somebody's inbox."""
    answer = (await office.get("/v1/inbox", role, region, **who)).raise_for_status().json()
    return [one["title"] for one in answer["items"]]


async def test_everybody_reads_their_own_inboxes(office: NotificationClient) -> None:
    await known(office, 1, 2)
    await tell(
        office,
        told(to_operator(1), title="经营者甲"),
        told(to_operator(2), title="经营者乙"),
        told(Recipient(HOUSEHOLD, uscc(1)), title="户甲"),
        told(Recipient(HOUSEHOLD, uscc(2)), title="户乙"),
        told(Recipient(PERSON, "li"), title="李"),
        told(to_mailbox(), title="县市监"),
        told(to_mailbox(f"market:{CITY}"), title="市市监"),
        told(to_mailbox(f"tax:{COUNTY}"), title="县税务"),
    )
    assert await titles(office, OPERATOR, number=1) == ["户甲", "经营者甲"]
    assert await titles(office, OFFICER, subject="li") == ["县市监", "李"]
    assert await titles(office, APPROVER, subject="wang", department="market") == ["县市监"]
    assert await titles(office, OFFICER, CITY) == ["市市监"]
    assert await titles(office, BUREAU, department="tax") == ["县税务"]
    assert await titles(office, BUREAU, subject="li") == ["李"]  # a token without a department reads no mailbox
    assert await titles(office, AUDITOR, subject="li") == ["李"]
    assert await titles(office, AUDITOR, subject="zhao") == []


async def test_a_new_operator_reads_what_the_household_was_told_and_not_what_the_former_one_was(
    office: NotificationClient,
) -> None:
    await known(office, 1)
    await tell(office, told(to_operator(1), title="前经营者"), told(Recipient(HOUSEHOLD, uscc(1)), title="户"))
    async with office.resources.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("update household set operator_ref = $1", (operator(2),))
    assert await titles(office, OPERATOR, number=1) == ["前经营者"]
    assert await titles(office, OPERATOR, number=2) == ["户"]


async def test_pages_go_through_all_inboxes_in_the_order_of_time(office: NotificationClient) -> None:
    for n in range(6):
        with clock.travel(DAY + dt.timedelta(days=n)):
            await tell(office, *(told(to, title=f"{n}{to.kind}") for to in (to_mailbox(), Recipient(PERSON, "li"))))
    seen, cursor = [], ""
    while True:
        query: dict[str, object] = {"limit": 5} | ({"cursor": cursor} if cursor else {})
        answer = (await office.get("/v1/inbox", OFFICER, subject="li", query=query)).raise_for_status().json()
        seen += [one["title"] for one in answer["items"]]
        if not (cursor := answer["next"]):
            break
    assert seen == [f"{n}{kind}" for n in reversed(range(6)) for kind in ("person", "mailbox")]


async def test_a_list_is_narrowed(office: NotificationClient) -> None:
    with clock.travel(DAY):
        old = await tell(office, told(to_mailbox(), title="旧", category=NotificationCategory.WORK))
    with clock.travel(DAY + dt.timedelta(days=3)):
        await tell(
            office,
            told(to_mailbox(), title="新", category=NotificationCategory.OBJECTION, uscc=uscc(2)),
            told(to_mailbox(), title="读", category=NotificationCategory.WORK),
        )
    rows = (await office.get("/v1/inbox", OFFICER)).json()["items"]
    await office.post(f"/v1/inbox/{rows[0]['id']}/reading", None, OFFICER)

    async def narrowed(**query: str) -> list[str]:
        return await titles(office, OFFICER, query=query)

    assert await narrowed() == ["读", "新", "旧"]
    assert await narrowed(unread="true") == ["新", "旧"]
    assert await narrowed(category="work") == ["读", "旧"]
    assert await narrowed(category="work", unread="true") == ["旧"]
    assert await narrowed(uscc=uscc(2).lower()) == ["新"]
    assert await narrowed(since="2026-08-07T00:00:00Z") == ["读", "新"]
    assert await narrowed(archived="true") == []
    await office.post(f"/v1/inbox/{old[0]}/archiving", None, OFFICER)
    assert await narrowed(archived="true") == ["旧"]
    assert await narrowed() == ["读", "新"]
    both = await office.get("/v1/inbox", OFFICER, query={"unread": "true", "archived": "true"})
    assert both.status_code == 422


async def test_unread_are_counted_by_inbox_and_category(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_repository, "COUNTED", 3)
    monkeypatch.setattr("services.notification.inbox.schemas.COUNTED", 3)
    await tell(
        office,
        *(told(to_mailbox(), category=NotificationCategory.WORK) for _ in range(5)),
        told(Recipient(PERSON, "li"), category=NotificationCategory.OBJECTION),
    )
    answer = (await office.get("/v1/inbox/unread", OFFICER, subject="li")).json()
    assert (answer["unread"], answer["more"], answer["by_category"]) == (4, True, {"work": 3, "objection": 1})
    assert [(one["inbox"], one["name"], one["unread"], one["more"]) for one in answer["inboxes"]] == [
        ("person", None, 1, False),
        ("mailbox", f"market:{COUNTY}", 3, True),
    ]


async def test_an_entry_is_read_archived_and_brought_back(office: NotificationClient) -> None:
    [one] = await tell(office, told(to_mailbox(), link="https://elsewhere.example/"))
    first = (await office.post(f"/v1/inbox/{one}/reading", None, OFFICER, subject="li")).json()
    again = (await office.post(f"/v1/inbox/{one}/reading", None, OFFICER, subject="wang")).json()
    assert (first["read_by"], first["read_at"]) == (again["read_by"], again["read_at"])
    assert first["read_by"] == "li"
    assert first["link"] is None
    assert (await office.post(f"/v1/inbox/{one}/archiving", None, OFFICER)).json()["archived"]
    assert (await office.post(f"/v1/inbox/{one}/restoration", None, OFFICER)).json()["archived"] is False
    assert await titles(office, OFFICER) == ["分型结果"]


async def test_nobody_changes_what_others_were_told(office: NotificationClient) -> None:
    own, others = await tell(office, told(to_operator(1)), told(to_operator(2)))
    for what in ("reading", "archiving", "restoration"):
        assert (await office.post(f"/v1/inbox/{others}/{what}", None, OPERATOR, number=1)).status_code == 404
        assert (await office.post(f"/v1/inbox/{own}/{what}", None, AUDITOR)).status_code == 403
    body = {"notifications": [str(own), str(others)]}
    assert (await office.post("/v1/inbox/readings", body, OPERATOR, number=1)).json() == {"marked": 1, "left": False}
    assert [row["read_by"] for row in await office.sql("select read_by from notification order by number")] == [
        "operator",
        None,
    ]


async def test_what_comes_meanwhile_stays_unread(office: NotificationClient) -> None:
    await tell(office, *(told(to_mailbox(), category=NotificationCategory.WORK) for _ in range(3)), told(to_mailbox()))
    until = (clock.now() + dt.timedelta(seconds=1)).isoformat()
    with clock.travel(clock.now() + dt.timedelta(hours=1)):
        await tell(office, told(to_mailbox(), category=NotificationCategory.WORK))
    body = {"until": until, "category": "work"}
    assert (await office.post("/v1/inbox/readings", body, OFFICER)).json() == {"marked": 3, "left": False}
    assert (await office.post("/v1/inbox/readings", {"until": until}, OFFICER)).json()["marked"] == 1
    assert (await office.get("/v1/inbox/unread", OFFICER)).json()["unread"] == 1
    refused = [{}, {"until": until, "notifications": []}, {"notifications": [], "category": "work"}]
    assert {(await office.post("/v1/inbox/readings", body, OFFICER)).status_code for body in refused} == {422}


async def test_two_of_a_bureau_mark_many_at_once(office: NotificationClient) -> None:
    await tell(office, *(told(to_mailbox()) for _ in range(150)))
    body = {"until": (clock.now() + dt.timedelta(seconds=1)).isoformat()}
    answers = await asyncio.gather(
        *(office.post("/v1/inbox/readings", body, OFFICER, subject=f"officer-{n}") for n in range(8))
    )
    assert sum(answer.raise_for_status().json()["marked"] for answer in answers) == 150


async def test_without_the_limit_to_own_recipients_others_are_read(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The naive variant: whoever is of a region reads all of its mailboxes."""
    await tell(office, told(to_mailbox(f"tax:{COUNTY}"), title="县税务"))

    async def all_of_the_region(_session: object, caller: Caller) -> list[Recipient]:
        return [to_mailbox(f"{department}:{caller.region}") for department in ("market", "tax")]

    assert await titles(office, OFFICER) == []
    monkeypatch.setattr("services.notification.inbox.endpoints.own_recipients", all_of_the_region)
    assert await titles(office, OFFICER) == ["县税务"]
    assert inbox_recipients.own_recipients is not all_of_the_region


@pytest.mark.parametrize(
    ("link", "inside"),
    [
        ("/objections/12?tab=answer#end", True),
        ("/", True),
        ("//elsewhere.example", False),
        ("/a//b.example", False),
        ("/\\elsewhere.example", False),
        ("https://elsewhere.example", False),
        ("javascript:alert(1)", False),
        ("/a\nb", False),
        ("/" + "a" * 300, False),
        (None, False),
    ],
)
def test_a_link_stays_inside_the_portal(link: str | None, inside: bool) -> None:
    assert portal_path(link) == (link if inside else None)
