"""What is shown of a rule that is tried, and of the events to try it with."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from services.notification.channels.domain import sms_parts
from services.notification.messages.domain import Channel, RecipientKind
from services.notification.messages.service import MessageDraft, NotificationDraft
from services.notification.telling.models import RecentEvent
from services.notification.telling.trial import RuleTrial
from shared.platform.fields import Shape

RECIPIENTS = {
    RecipientKind.OPERATOR: "这一户的经营者",
    RecipientKind.HOUSEHOLD: "这一户（还不知道经营者）",
    RecipientKind.MAILBOX: "部门收件箱",
    RecipientKind.PERSON: "工作人员本人",
    RecipientKind.OBJECTOR: "异议人（没有账户，当面送达）",
}


class TrialBody(Shape):
    """One of the two."""

    event: Annotated[dict[str, Any] | None, Field(description="事件（CloudEvents 信封）")] = None
    recent: Annotated[str | None, Field(max_length=200, description="最近收到的事件的编号")] = None


class TrialMessageView(Shape):
    """A message as it would be sent."""

    channel: str
    text: str
    characters: int
    parts: Annotated[dict[str, int], Field(description="各短信服务商连同签名计费的条数")]
    parameters: dict[str, str]
    not_before: dt.datetime
    expires_at: dt.datetime

    @classmethod
    def of(cls, draft: MessageDraft, signatures: Mapping[str, str]) -> "TrialMessageView":
        """From the draft; `signatures`: what each SMS gateway puts before it."""
        signed = signatures if draft.channel is Channel.SMS else {}
        return cls(
            channel=draft.channel.value,
            text=draft.text,
            characters=len(draft.text),
            parts={gateway: sms_parts(draft.text, signature) for gateway, signature in signed.items()},
            parameters=dict(draft.parameters),
            not_before=draft.not_before,
            expires_at=draft.expires_at,
        )


class TrialNotificationView(Shape):
    """A notification as it would be told; an operator is not named."""

    recipient: str
    mailbox: str | None
    uscc: str | None
    title: str
    body: str
    link: str | None
    messages: list[TrialMessageView]

    @classmethod
    def of(cls, draft: NotificationDraft, signatures: Mapping[str, str]) -> "TrialNotificationView":
        """From the draft."""
        kind = draft.recipient.kind
        return cls(
            recipient=RECIPIENTS[kind],
            mailbox=draft.recipient.name if kind is RecipientKind.MAILBOX else None,
            uscc=draft.uscc,
            title=draft.title,
            body=draft.body,
            link=draft.link,
            messages=[TrialMessageView.of(one, signatures) for one in draft.messages],
        )


class TrialView(Shape):
    """What a rule would tell of an event."""

    rule: str
    version: int
    event: str
    holds: Annotated[bool, Field(description="事件是否符合规则的条件")]
    fault: Annotated[str | None, Field(description="文字不能生成的原因")]
    notifications: list[TrialNotificationView]

    @classmethod
    def of(cls, trial: RuleTrial, signatures: Mapping[str, str]) -> "TrialView":
        """From the trial."""
        return cls(
            rule=trial.rule.rule.name,
            version=trial.rule.rule.version,
            event=trial.event.data.event_name,
            holds=trial.holds,
            fault=trial.fault,
            notifications=[TrialNotificationView.of(one, signatures) for one in trial.drafts],
        )


class TestMessageView(Shape):
    """The notification that was sent to oneself."""

    notification: uuid.UUID


class RecentEventView(Shape):
    """An event that was heard lately."""

    id: str
    event: str
    region: str
    heard_at: dt.datetime
    envelope: dict[str, Any]

    @classmethod
    def of(cls, row: RecentEvent) -> "RecentEventView":
        """From the row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})
