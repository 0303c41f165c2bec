"""Whose inboxes a caller reads."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.domain import Recipient, RecipientKind
from services.notification.registers import repository as register_repository
from shared.platform.identity import OF_MARKET_SUPERVISION, Caller, Role
from shared.reference.departments import Department

WORKS_FOR_A_BUREAU = frozenset({*OF_MARKET_SUPERVISION, Role.BUREAU})
"""Roles that read their bureau's mailbox. Auditors look at what others do; they are told only what is for them."""


async def own_recipients(session: AsyncSession, caller: Caller) -> list[Recipient]:
    """Of an operator what they were told, and what their households were told while nobody knew their operator; of
    staff what they were told and the mailbox of their bureau: department and region as in the token, no other level's.

    What another operator of the household was told stays theirs. What was told to the household itself is about the
    business and goes with it: a new operator reads it.
    """
    recipients: list[Recipient] = []
    if caller.operator_ref is not None:
        codes = await register_repository.codes_of_operator(session, caller.operator_ref)
        recipients += [Recipient(RecipientKind.OPERATOR, caller.operator_ref)]
        recipients += [Recipient(RecipientKind.HOUSEHOLD, code) for code in codes]
    if caller.roles - {Role.OPERATOR}:
        recipients.append(Recipient(RecipientKind.PERSON, caller.subject))
    department = department_of(caller)
    if department is not None:
        recipients.append(Recipient(RecipientKind.MAILBOX, f"{department.value}:{caller.region}"))
    return recipients


def department_of(caller: Caller) -> Department | None:
    """The department whose mailbox the caller reads; officers whose token names none are of market supervision."""
    if caller.roles & OF_MARKET_SUPERVISION:
        return caller.department or Department.MARKET
    return caller.department if caller.roles & WORKS_FOR_A_BUREAU else None
