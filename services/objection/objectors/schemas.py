"""What is shown of an objector: masked, or in clear for a reason."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from services.objection.objectors.models import Objector, ObjectorConsent
from shared.platform.fields import Shape
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Vault, place_of
from shared.reference.personal_data import mask_contact, mask_name


class IdentityBody(Shape):
    """Real name and contact; stored sealed, shown masked."""

    name: Annotated[PersonalText, Field(description="真实姓名")]
    contact: Annotated[PersonalText, Field(description="联系方式（电话、电子邮箱或地址）")]


class ConsentView(Shape):
    """That the objector agreed to a step which an officer took for them; the words are shown in clear only."""

    step: Annotated[
        str, Field(description="哪一步：file 提出，complete 补正，respond 回应，give-up 放弃更正，withdraw 撤回")
    ]
    given_on: Annotated[dt.date, Field(description="哪一天同意")]
    recorded_by: str
    recorded_at: dt.datetime

    @classmethod
    def of(cls, row: ObjectorConsent) -> "ConsentView":
        """From the row, without its words."""
        return cls(step=row.step, given_on=row.given_on, recorded_by=row.recorded_by, recorded_at=row.recorded_at)


class ObjectorView(Shape):
    """Who objects, masked, and to what they agreed at the counter."""

    name: str | None
    contact: str | None
    consents: list[ConsentView]

    @classmethod
    def of(cls, row: Objector | None, consents: Sequence[ObjectorConsent], vault: Vault) -> "ObjectorView":
        """From the sealed rows; without a name where only the operator's account is known."""
        return cls(
            name=row and vault.masked(place_of(row, Objector.name), row.name, mask_name),
            contact=row and vault.masked(place_of(row, Objector.contact), row.contact, mask_contact),
            consents=[ConsentView.of(consent) for consent in consents],
        )


class DisclosedConsentView(ConsentView):
    """A consent in clear."""

    statement: Annotated[str, Field(description="本人怎样同意")]


class DisclosedObjectorView(Shape):
    """Name and contact in clear, none where only the operator's account is known; consents in clear."""

    name: str | None
    contact: str | None
    consents: list[DisclosedConsentView]
