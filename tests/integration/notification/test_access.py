"""No request meets a server error: generated ones, and every view of a database in which there is something of each."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from services.notification.inbox import schemas as inbox_schemas
from services.notification.messages.domain import SUPPRESSION_LABELS, NotificationCategory, Suppression
from services.notification.rules.service import keep_shipped
from shared import clock
from shared.contracts.objection import ObjectionClosed
from shared.platform.identity import Role
from tests.fixtures.http_fuzz import exercise
from tests.integration.notification.contact_steps import WORDS, accepted, row, set_own
from tests.integration.notification.notification_client import (
    CITY,
    COUNTY,
    PROVINCE,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)
from tests.integration.notification.told import message, tell, to_mailbox, to_operator, told

DUTY = NotificationCategory.DUTY


def callers(office: NotificationClient) -> dict[str, dict[str, str]]:
    """Everybody alone; with two roles; of the whole country; of a department."""
    one = {role.value: office.as_(role, COUNTY) for role in Role}
    own = {"operator_ref": operator(1)}
    both = {
        f"{role.value} with a shop": office.issuer.headers(role, Role.OPERATOR, region=COUNTY, **own)
        for role in (Role.OFFICER, Role.BUREAU, Role.APPROVER)
    }
    wide = {
        f"{role.value} of {region or 'the country'}": office.as_(role, region)
        for role in (Role.OFFICER, Role.APPROVER, Role.AUDITOR)
        for region in ("", PROVINCE, CITY)
    }
    return one | both | wide | {"tax": office.as_(Role.BUREAU, COUNTY, department="tax")}


async def filled(office: NotificationClient) -> dict[str, Any]:
    """Something of everything; the ids that paths name."""
    await keep_shipped(office.resources)
    await office.hear(household_typed(1), household_typed(2))
    await accepted(office, row(1, "13987650001", "one@qq.com"), row(2, "13987650002", "two@qq.com"))
    assert (await set_own(office, 1, phone="13987650003", consent=WORDS)).status_code == 200
    mailbox = {"office": "金水区市场监督管理局", "phone": "0371-66012345"}
    put = await office.client.put(f"/v1/mailboxes/market/{COUNTY}", json=mailbox, headers=office.as_(Role.OFFICER))
    assert put.status_code == 200, put.text
    answer = ObjectionClosed(
        objection=uuid4(),
        receipt="YY410105202600017",
        uscc=uscc(2),
        region=COUNTY,
        against="public-notice",
        objector_ref=None,
        revision=5,
        outcome="dismissed",
        changed=False,
        answer="经核实，公示的内容无误。",
    )
    await office.hear(answer, source="/objection")
    ids = await tell(
        office,
        *(told(to_operator(1), f"{why}", message(suppression=why), category=DUTY) for why in (*Suppression, None)),
        told(to_mailbox(), digest="daily", uscc=None),
        told(to_operator(1), "of no region", region="", uscc=None),
    )
    served = {"served_on": clock.today().isoformat(), "manner": "direct", "note": "由其妻代收"}
    letter = await office.post(f"/v1/household-letters/{ids[0]}/service", served, Role.OFFICER)
    assert letter.status_code == 201, letter.text
    (rule,) = await office.sql("select content from rule_version where name = 'n02-typed'")
    drafted = await office.post("/v1/rules", {"content": json.loads(rule["content"])}, Role.OFFICER, PROVINCE)
    assert drafted.status_code == 201, drafted.text
    (delivery,) = await office.sql("select id from contact_delivery")
    return {"notification_id": ids[0], "uscc": uscc(1), "delivery_id": delivery["id"], "name": "n02-typed"}


VIEWS: Mapping[str, Mapping[str, str]] = {
    "/v1/inbox": {},
    "/v1/inbox/unread": {},
    "/v1/notifications": {"uscc": uscc(1)},
    "/v1/household-letters": {},
    "/v1/household-letters/table": {},
    "/v1/household-letters/{notification_id}/page": {},
    "/v1/messages": {},
    "/v1/messages/counts": {},
    "/v1/contacts/{uscc}": {},
    "/v1/own-contact": {},
    "/v1/mailboxes": {},
    f"/v1/mailboxes/market/{COUNTY}": {},
    "/v1/deliveries/{delivery_id}": {},
    "/v1/deliveries/{delivery_id}/rejects": {},
    "/v1/rules": {},
    "/v1/rules/drafts": {},
    "/v1/rules/recent-events": {"event": "HouseholdTyped"},
    "/v1/rules/{name}/versions": {},
    "/v1/rules/{name}/versions/1": {},
    "/v1/templates": {},
}


async def looked_at(office: NotificationClient, ids: Mapping[str, Any]) -> dict[str, set[int]]:
    """Every view as everybody sees it: the answers' statuses, by path."""
    statuses: dict[str, set[int]] = {}
    for path, query in VIEWS.items():
        for headers in callers(office).values():
            answer = await office.client.get(path.format(**ids), params=dict(query), headers=headers)
            statuses.setdefault(path, set()).add(answer.status_code)
    return statuses


async def test_every_view_of_everything_is_shown_or_refused_to_everybody(office: NotificationClient) -> None:
    statuses = await looked_at(office, await filled(office))
    assert {path for path, found in statuses.items() if 200 not in found} == set(), "nobody sees it"
    assert {one for found in statuses.values() for one in found} <= {200, 403, 404}


async def test_a_view_of_a_row_that_cannot_be_built_is_noticed(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted variant: a reason for staying in the inbox has no words."""
    without = {why: label for why, label in SUPPRESSION_LABELS.items() if why is not Suppression.NO_PROVIDER}
    monkeypatch.setattr(inbox_schemas, "SUPPRESSION_LABELS", without)
    ids = await filled(office)
    assert 500 in (await looked_at(office, ids))["/v1/notifications"]


async def test_generated_requests_meet_no_server_error(office: NotificationClient) -> None:
    await filled(office)
    everybody = callers(office)
    some = {name: everybody[name] for name in ("operator", "officer with a shop", "approver of the country")}
    for statuses in (await exercise(office.app, office.client, some)).values():
        assert sum(statuses.values()) > 0
