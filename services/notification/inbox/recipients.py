"""Whose inbox a caller reads."""

from services.notification.messages.domain import Recipient, RecipientKind
from shared.platform.identity import STAFF, Caller
from shared.reference.departments import Department


def own_recipients(caller: Caller) -> list[Recipient]:
    """An operator's own; of staff their own and their bureau's mailbox: department and region as in the token.

    Officers of market supervision whose token names no department read that of market supervision.
    """
    if not caller.roles & STAFF:
        return [Recipient(RecipientKind.OPERATOR, caller.operator_ref or "")]
    department = caller.department or Department.MARKET
    mailbox = Recipient(RecipientKind.MAILBOX, f"{department.value}:{caller.region}")
    return [Recipient(RecipientKind.PERSON, caller.subject), mailbox]
