"""HTTP shapes of contacts: phones and e-mails come in sealed texts and are shown masked."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from services.notification.contacts.consent import IN_FORCE
from services.notification.contacts.domain import UNSET, ContactChange
from services.notification.contacts.models import Contact, Mailbox, OwnContact
from services.notification.messages.domain import OPTIONAL_CATEGORIES, Channel, NotificationCategory
from shared.platform.deliveries.endpoints import DeliveryShape
from shared.platform.fields import PublicText, Shape
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Vault, place_of
from shared.reference.departments import Department
from shared.reference.personal_data import mask_contact

Phone = Annotated[PersonalText | None, Field(description="手机号码，或带区号的固定电话（不能接收短信）；null：删除")]
Email = Annotated[PersonalText | None, Field(description="电子邮箱；null：删除")]


class ContactDeliveryView(DeliveryShape):
    """An accepted delivery of contacts."""

    delivered_by: str
    delivered_at: dt.datetime


class OwnContactBody(Shape):
    """What to change of one's own contact; what is not mentioned stays."""

    phone: Phone = None
    email: Email = None
    channels: Annotated[
        list[Channel] | None, Field(max_length=len(Channel), description="愿意使用的渠道；null：凡有联系方式的")
    ] = None
    opted_out: Annotated[
        list[NotificationCategory], Field(max_length=len(NotificationCategory), description="不再接收的通知类别")
    ] = Field(default_factory=list)
    consent: Annotated[str | None, Field(max_length=40, description="填写电话或电子邮箱时：已阅读并同意的文字版本")] = (
        None
    )

    def change(self) -> ContactChange:
        """Only what the body mentions."""
        named: dict[str, Any] = {
            name: getattr(self, name) if name in self.model_fields_set else UNSET
            for name in ("phone", "email", "channels", "opted_out")
        }
        return ContactChange(**named)


class CategoryView(Shape):
    """A category of notifications, and whether one can opt out of it."""

    category: NotificationCategory
    label: str
    optional: bool


class WordsView(Shape):
    """The words to consent to."""

    version: str
    text: str


class DeliveredContactView(Shape):
    """What a bureau delivered, masked. `consented_on`: without it the contact is not used for messages."""

    uscc: str
    phone: str | None
    email: str | None
    consented_on: dt.date | None
    withdrawn_at: dt.datetime | None
    delivered_at: dt.datetime

    @classmethod
    def of(cls, row: Contact, vault: Vault) -> "DeliveredContactView":
        """From the sealed row."""
        kept = {name: getattr(row, name) for name in ("uscc", "consented_on", "withdrawn_at", "delivered_at")}
        return cls(**kept, **masked(row, vault))


class OwnValuesView(Shape):
    """What somebody set themselves, masked."""

    phone: str | None = None
    email: str | None = None
    channels: list[Channel] | None = None
    opted_out: list[NotificationCategory] = Field(default_factory=list)
    consent_words: str | None = None
    consented_at: dt.datetime | None = None
    withdrawn_at: dt.datetime | None = None

    @classmethod
    def of(cls, row: OwnContact, vault: Vault) -> "OwnValuesView":
        """From the sealed row."""
        names = ("channels", "opted_out", "consent_words", "consented_at", "withdrawn_at")
        return cls(**{name: getattr(row, name) for name in names}, **masked(row, vault))


class OwnContactView(Shape):
    """One's own contact, what a bureau delivered of one, and what there is to choose and to consent to."""

    own: OwnValuesView
    delivered: list[DeliveredContactView]
    categories: list[CategoryView]
    words: WordsView

    @classmethod
    def of(cls, row: OwnContact | None, delivered: Sequence[Contact], vault: Vault, words: str) -> "OwnContactView":
        """From the rows."""
        return cls(
            own=OwnValuesView() if row is None else OwnValuesView.of(row, vault),
            delivered=[DeliveredContactView.of(one, vault) for one in delivered],
            categories=[
                CategoryView(category=one, label=one.label, optional=one in OPTIONAL_CATEGORIES)
                for one in NotificationCategory
            ],
            words=WordsView(version=IN_FORCE.version, text=words),
        )


class HouseholdContactView(Shape):
    """What is kept of a household's operator, masked; `reachable`: the channels that messages would go out on today."""

    uscc: str
    delivered: DeliveredContactView | None
    own: OwnValuesView | None
    reachable: list[Channel]


class DisclosedWaysView(Shape):
    """Phone and e-mail in clear."""

    phone: str | None = None
    email: str | None = None


class DisclosedContactView(Shape):
    """What is kept of a household's operator in clear, by where it comes from."""

    delivered: DisclosedWaysView | None = None
    own: DisclosedWaysView | None = None


class MailboxBody(Shape):
    """Where a bureau is reached and found; phone and e-mail stay if they are not mentioned."""

    office: Annotated[
        PublicText, Field(max_length=200, description="单位名称", examples=["郑州市金水区市场监督管理局"])
    ]
    address: Annotated[PublicText | None, Field(max_length=300, description="办公地址")] = None
    phone: Phone = None
    email: Email = None

    def values(self) -> dict[str, Any]:
        """Office and address, and what else the body mentions."""
        ways: dict[str, Any] = {
            name: getattr(self, name) for name in ("phone", "email") if name in self.model_fields_set
        }
        return {"office": self.office, "address": self.address, **ways}


class MailboxView(Shape):
    """A bureau's mailbox, masked."""

    department: Department
    department_label: str
    region: str
    office: str
    address: str | None
    phone: str | None
    email: str | None
    kept_by: str
    kept_at: dt.datetime

    @classmethod
    def of(cls, row: Mailbox, vault: Vault) -> "MailboxView":
        """From the sealed row."""
        kept = {name: getattr(row, name) for name in ("region", "office", "address", "kept_by", "kept_at")}
        department = Department(row.department)
        return cls(department=department, department_label=department.label, **kept, **masked(row, vault))


def masked(row: Contact | OwnContact | Mailbox, vault: Vault) -> dict[str, str | None]:
    """Phone and e-mail as views show them."""
    kind: Any = type(row)
    return {
        name: vault.masked(place_of(row, getattr(kind, name)), getattr(row, name), mask_contact)
        for name in ("phone", "email")
    }
