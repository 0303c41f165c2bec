"""What is shown of an objector: masked, or in clear for a reason."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from services.objection.objectors.models import Objector
from shared.platform.fields import Shape
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Vault, place_of
from shared.reference.personal_data import mask_contact, mask_name


class IdentityBody(Shape):
    """Real name and contact; stored sealed, shown masked."""

    name: Annotated[PersonalText, Field(description="真实姓名")]
    contact: Annotated[PersonalText, Field(description="联系方式（电话、电子邮箱或地址）")]


class ObjectorView(Shape):
    """Who objects, masked, and the consent to filing at the counter."""

    name: str | None
    contact: str | None
    consent: Annotated[str | None, Field(description="窗口代为提交时，本人怎样同意")]
    consented_on: dt.date | None

    @classmethod
    def of(cls, row: Objector, vault: Vault) -> "ObjectorView":
        """From the sealed row."""
        return cls(
            name=vault.masked(place_of(row, Objector.name), row.name, mask_name),
            contact=vault.masked(place_of(row, Objector.contact), row.contact, mask_contact),
            consent=row.consent,
            consented_on=row.consented_on,
        )


class DisclosedObjectorView(Shape):
    """Name and contact in clear."""

    name: str
    contact: str
