"""Bodies and views of subscriptions."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from services.notification.subscriptions.domain import (
    SUBSCRIPTION_STATES,
    DeliveryState,
    ReceiverKind,
    SubscriptionState,
)
from services.notification.subscriptions.models import WebhookDelivery, WebhookSecret, WebhookSubscription
from services.notification.subscriptions.service import SubscriptionOrder
from shared.platform.etag import etag_of
from shared.platform.fields import Region, Shape, refuse_personal_data
from shared.reference.departments import Department

EVENT_TYPE = Annotated[str, StringConstraints(min_length=1, max_length=100)]
EventTypes = Annotated[
    list[EVENT_TYPE],
    Field(
        min_length=1, max_length=100, description="事件类型", examples=[["cn.minglu.recognition.RecognitionGranted.v1"]]
    ),
]
Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$"),
    Field(description="接收事件的网址，https", examples=["https://hooks.example.gov.cn/minglu"]),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00]*$"),
    AfterValidator(refuse_personal_data),
    Field(description="接收系统的名称"),
]


class SubscriptionChange(Shape):
    """What of a subscription can be changed."""

    name: Name
    url: Url
    event_types: EventTypes

    def order(self, row: WebhookSubscription) -> SubscriptionOrder:
        """The subscription as it is asked for."""
        return SubscriptionOrder(self.name, row.receiver, row.department, row.region, self.url, self.event_types)


class SubscriptionBody(SubscriptionChange):
    """A subscription; it belongs to a department in a region."""

    receiver: Annotated[ReceiverKind, Field(description="department 部门的系统，platform 平台")] = (
        ReceiverKind.DEPARTMENT
    )
    department: Department
    region: Region

    def new_order(self) -> SubscriptionOrder:
        """The subscription as it is asked for."""
        return SubscriptionOrder(self.name, self.receiver, self.department, self.region, self.url, self.event_types)


class ReplayBody(Shape):
    """From when on, and until when, deliveries are to be sent again."""

    since: AwareDatetime
    until: AwareDatetime | None = None


class SubscriptionView(Shape):
    """A subscription, without its secrets."""

    id: uuid.UUID
    name: str
    receiver: ReceiverKind
    department: Department
    region: str
    url: str
    event_types: list[str]
    state: SubscriptionState
    state_label: str
    verification_pending: bool
    verification_failure: Annotated[str | None, Field(description="上一次验证为什么没有通过")]
    failing_since: dt.datetime | None
    disabled_at: dt.datetime | None
    disabled_because: str | None
    created_at: dt.datetime
    etag: str

    @classmethod
    def of(cls, row: WebhookSubscription) -> "SubscriptionView":
        """From the row."""
        same = ("id", "name", "receiver", "department", "region", "url", "event_types", "state", "failing_since")
        return cls(
            **{name: getattr(row, name) for name in same},
            state_label=SUBSCRIPTION_STATES.label(row.state),
            verification_pending=row.verification_due is not None,
            verification_failure=row.verification_failure.label if row.verification_failure else None,
            disabled_at=row.disabled_at,
            disabled_because=row.disabled_because.label if row.disabled_because else None,
            created_at=row.created_at,
            etag=etag_of(row.version),
        )


class NewSubscriptionView(Shape):
    """A subscription that was just created, with its secret."""

    subscription: SubscriptionView
    secret: Annotated[str, Field(description="签名密钥，只显示这一次")]


class RotationView(Shape):
    """A new secret; the ones before sign beside it for a while."""

    secret: Annotated[str, Field(description="新的签名密钥，只显示这一次")]
    previous_until: Annotated[dt.datetime, Field(description="旧密钥同时签名到何时")]


class ReplayView(Shape):
    """How many deliveries are sent again."""

    count: int


class SecretView(Shape):
    """That there is a secret, and until when; never the secret."""

    made_at: dt.datetime
    expires_at: dt.datetime | None

    @classmethod
    def of(cls, row: WebhookSecret) -> "SecretView":
        """From the row."""
        return cls(made_at=row.made_at, expires_at=row.expires_at)


class SubscriptionDetails(SubscriptionView):
    """A subscription with what is known of its secrets."""

    secrets: list[SecretView]


class DeliveryView(Shape):
    """One event on its way to the subscription; `event` is its `webhook-id`."""

    event: uuid.UUID
    type: str
    state: DeliveryState
    state_label: str
    tries: int
    status: int | None
    failure: str | None
    queued_at: dt.datetime
    try_at: Annotated[dt.datetime | None, Field(description="下一次推送的时间")]
    ended_at: dt.datetime | None

    @classmethod
    def of(cls, row: WebhookDelivery, event_type: str) -> "DeliveryView":
        """From the row."""
        pending = row.state is DeliveryState.PENDING
        return cls(
            event=row.event_id,
            type=event_type,
            state=row.state,
            state_label=row.state.label,
            tries=row.tries,
            status=row.status,
            failure=row.failure.label if row.failure else None,
            queued_at=row.queued_at,
            try_at=row.try_at if pending else None,
            ended_at=row.ended_at,
        )
