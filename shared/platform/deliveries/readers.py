"""Who sees what became of deliveries: their department, and the officials of their region."""

from typing import Annotated

from shared.platform.identity import Caller, Role, allow

DELIVERY_READERS = (Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)
Reader = Annotated[Caller, allow(*DELIVERY_READERS)]
