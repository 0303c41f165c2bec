"""`/v1/own-contact`: what people set of their own; `/v1/contacts/{uscc}`: what officers see of a household's;
`/v1/mailboxes`: where bureaus are reached; `/v1/feeds/contact/deliveries`: a bureau's deliveries.
"""

from typing import Annotated

from fastapi import APIRouter, Query

from services.notification.contacts import repository as contact_repository
from services.notification.contacts.consent import words_for
from services.notification.contacts.deliveries import RECEIVING
from services.notification.contacts.lookups import reach
from services.notification.contacts.models import mailbox_of
from services.notification.contacts.problems import MailboxNotFound
from services.notification.contacts.schemas import (
    ContactDeliveryView,
    DeliveredContactView,
    DisclosedContactView,
    DisclosedWaysView,
    HouseholdContactView,
    MailboxBody,
    MailboxView,
    OwnContactBody,
    OwnContactView,
    OwnValuesView,
)
from services.notification.contacts.service import (
    ContactRules,
    contacts_of,
    disclose_of_household,
    erase_of_household,
    keep_mailbox,
    recipient_of,
    recipients_of,
    require_household,
    save_own,
    withdraw_own,
)
from services.notification.messages.domain import Channel, Recipient, RecipientKind
from services.notification.resources import Resources, ResourcesDep
from shared.platform.deliveries.endpoints import delivery_router
from shared.platform.fields import ReasonBody, Region, UsccLookup
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.departments import Department

delivery_endpoints = delivery_router(RECEIVING, ContactDeliveryView, summary="报送联系方式（contact）")
router = APIRouter(prefix="/v1", tags=["contacts"], route_class=TransactionalRoute)

Anybody = Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.BUREAU)]
AsOperator = Annotated[bool, Query(description="工作人员自己也经营个体工商户的：看和改作为经营者的联系方式")]
Officer = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]
Official = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Staff = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.BUREAU)]


def rules_of(resources: Resources) -> ContactRules:
    """With the service's vault and settings."""
    return ContactRules(resources.vault, resources.settings.sample_contacts)


@router.get("/own-contact", summary="我的联系方式")
async def get_own_contact(
    session: SessionDep, resources: ResourcesDep, caller: Anybody, as_operator: AsOperator = False
) -> OwnContactView:
    """What the caller set, what a bureau delivered of the caller, and the words to consent to."""
    return await own_view(session, resources, recipient_of(caller, as_operator=as_operator))


@router.patch("/own-contact", summary="更改我的联系方式、渠道和退订的类别")
async def save_own_contact(
    body: OwnContactBody,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Anybody,
    as_operator: AsOperator = False,
) -> OwnContactView:
    """What is not mentioned stays; a phone or an e-mail needs consent to the words in force."""
    recipient = recipient_of(caller, as_operator=as_operator)
    await save_own(session, rules_of(resources), recipient, body.change(), body.consent, caller)
    return await own_view(session, resources, recipient)


@router.delete("/own-contact", summary="撤回同意并删除我的联系方式")
async def withdraw_own_contact(session: SessionDep, resources: ResourcesDep, caller: Anybody) -> OwnContactView:
    """Everything that is kept of the caller is erased, as staff and as operator, what a bureau delivered included; only
    the time of it stays.
    """
    await withdraw_own(session, recipients_of(caller), caller)
    return await own_view(session, resources, recipient_of(caller))


async def own_view(session: SessionDep, resources: Resources, recipient: Recipient) -> OwnContactView:
    """The caller's own contact as it is now."""
    is_operator = recipient.kind is RecipientKind.OPERATOR
    row = await contact_repository.get_own(session, recipient.key)
    delivered = await contact_repository.delivered_to(session, recipient.name) if is_operator else []
    return OwnContactView.of(row, delivered, resources.vault, words_for(recipient.kind))


@router.get("/contacts/{uscc}", summary="一户的联系方式（已遮盖）")
async def get_contact(
    uscc: UsccLookup, session: SessionDep, resources: ResourcesDep, caller: Official
) -> HouseholdContactView:
    """What is kept of the household's present operator, and on which channels messages would reach them."""
    household = await require_household(session, uscc, caller)
    delivered, own = await contacts_of(session, household)
    operator = household.operator_ref
    recipient = (
        Recipient(RecipientKind.HOUSEHOLD, uscc) if operator is None else Recipient(RecipientKind.OPERATOR, operator)
    )
    found = (await reach(session, [recipient], {recipient.key: uscc}))[recipient.key]
    return HouseholdContactView(
        uscc=uscc,
        delivered=None if delivered is None else DeliveredContactView.of(delivered, resources.vault),
        own=None if own is None else OwnValuesView.of(own, resources.vault),
        reachable=[channel for channel, can in ((Channel.SMS, found.sms), (Channel.EMAIL, found.email)) if can],
    )


@router.post("/contacts/{uscc}/disclosures", summary="查看一户的联系方式（记入审计）")
async def disclose_contact(
    uscc: UsccLookup, body: ReasonBody, session: SessionDep, resources: ResourcesDep, caller: Officer
) -> DisclosedContactView:
    """In clear, for a reason."""
    shown = await disclose_of_household(session, resources.vault, uscc, body.reason, caller)
    return DisclosedContactView(**{source: DisclosedWaysView(**ways) for source, ways in shown.items()})


@router.post("/contacts/{uscc}/erasures", status_code=204, summary="应本人要求删除联系方式")
async def erase_contact(
    uscc: UsccLookup, body: ReasonBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> None:
    """Upon the operator's request at the counter: as if they had withdrawn their consent themselves."""
    await erase_of_household(session, uscc, body.reason, caller)


@router.get("/mailboxes", summary="各部门的联系方式（已遮盖）")
async def list_mailboxes(
    session: SessionDep,
    resources: ResourcesDep,
    caller: Staff,
    page: Annotated[PageQuery[tuple[str, str]], paged(str, str)],
) -> Page[MailboxView]:
    """In the caller's region, by region and department."""
    rows = await contact_repository.list_mailboxes(session, caller.region, page.after, page.wanted)
    return page.of(rows, lambda row: MailboxView.of(row, resources.vault), lambda row: (row.region, row.department))


@router.get("/mailboxes/{department}/{region}", summary="一个部门的联系方式（已遮盖）")
async def get_mailbox(
    department: Department, region: Region, session: SessionDep, resources: ResourcesDep, caller: Staff
) -> MailboxView:
    """Of one department in one region."""
    row = None
    if caller.covers(region):
        row = await contact_repository.get_mailbox(session, mailbox_of(department, region).name)
    return MailboxView.of(or_404(row, MailboxNotFound), resources.vault)


@router.put("/mailboxes/{department}/{region}", summary="登记一个部门的联系方式")
async def put_mailbox(
    department: Department,
    region: Region,
    body: MailboxBody,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> MailboxView:
    """Kept by the officers of market supervision of the region, or of a wider one."""
    row = await keep_mailbox(session, rules_of(resources), department, region, body.values(), caller)
    return MailboxView.of(row, resources.vault)
