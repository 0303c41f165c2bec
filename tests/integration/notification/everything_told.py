"""A notification service in which there is something of everything that is told."""

import json
from typing import Any
from uuid import uuid4

from services.notification.messages.domain import NotificationCategory, Suppression
from services.notification.rules.service import keep_shipped
from shared import clock
from shared.contracts.objection import ObjectionClosed
from shared.platform.identity import Role
from tests.integration.notification.contact_steps import WORDS, accepted, row, set_own
from tests.integration.notification.notification_client import (
    COUNTY,
    PROVINCE,
    NotificationClient,
    household_typed,
    uscc,
)
from tests.integration.notification.told import message, tell, to_mailbox, to_operator, told

DUTY = NotificationCategory.DUTY


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
