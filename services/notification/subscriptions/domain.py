"""Pure rules of subscriptions: states, which events there are for whom, when a delivery is tried again."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from services.notification.subscriptions.problems import EventNotOffered
from shared.contracts import annual_report, notification, objection, recognition, support, typing
from shared.contracts.catalogue import PAYLOADS
from shared.contracts.payload import Payload
from shared.platform.state_machine import StateMachine
from shared.reference.departments import Department

REGION = re.compile(r"[1-9]\d(\d\d(\d\d)?)?")


class ReceiverKind(StrEnum):
    """Whose system receives: a department's, or a platform outside of the administration."""

    DEPARTMENT = "department"
    PLATFORM = "platform"


class SubscriptionState(StrEnum):
    """Where a subscription stands."""

    UNVERIFIED = "unverified"
    ACTIVE = "active"
    FAILING = "failing"
    DISABLED = "disabled"
    ENDED = "ended"


S = SubscriptionState
SUBSCRIPTION_STATES = StateMachine(
    "推送订阅",
    {
        S.UNVERIFIED: {S.ACTIVE, S.ENDED},
        S.ACTIVE: {S.FAILING, S.DISABLED, S.UNVERIFIED, S.ENDED},
        S.FAILING: {S.ACTIVE, S.DISABLED, S.UNVERIFIED, S.ENDED},
        S.DISABLED: {S.ACTIVE, S.UNVERIFIED, S.ENDED},
        S.ENDED: set(),
    },
    {
        S.UNVERIFIED: "待验证",
        S.ACTIVE: "推送中",
        S.FAILING: "推送失败，重试中",
        S.DISABLED: "已停推",
        S.ENDED: "已注销",
    },
)
SENDING = frozenset({S.ACTIVE, S.FAILING})
"""States in which events are sent."""


class DeliveryState(StrEnum):
    """Where a delivery stands: one event on its way to one subscription."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """Its Chinese word."""
        return {"pending": "待推送", "delivered": "已送达", "failed": "未送达"}[self.value]


class Failure(StrEnum):
    """Why a call was no success, or why a subscription was disabled."""

    GONE = "gone"
    REDIRECT = "redirect"
    STATUS = "status"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    TLS = "tls"
    NAME = "name"
    ADDRESS = "address"
    CHALLENGE = "challenge"
    NO_SUCCESS = "no-success"
    MOVED = "moved"
    SECRET = "secret"  # noqa: S105 - a word for a failure

    @property
    def label(self) -> str:
        """What the receiver's people read."""
        return FAILURE_LABELS[self]


FAILURE_LABELS: Mapping[Failure, str] = {
    Failure.GONE: "接收方答复 410：不再接收",
    Failure.REDIRECT: "接收方答复转向，推送不跟随转向",
    Failure.STATUS: "接收方没有答复 2xx",
    Failure.TIMEOUT: "接收方没有在规定时间内答复",
    Failure.CONNECTION: "连接不上接收方，或连接中断",
    Failure.TLS: "接收方的证书没有通过验证",
    Failure.NAME: "接收方的域名解析不到地址",
    Failure.ADDRESS: "接收方的域名指向不允许推送的地址",
    Failure.CHALLENGE: "接收方没有按要求答复验证内容",
    Failure.NO_SUCCESS: "连续多日没有一次推送成功",
    Failure.MOVED: "推送前地址已更换；还需要的，请补发",
    Failure.SECRET: "签名密钥无法读取，请轮换密钥",
}

KEPT_INSIDE: frozenset[type[Payload]] = frozenset(
    {
        objection.EvidenceCorrected,
        objection.FraudReported,
        objection.ObjectionHandInAnswered,
        annual_report.AnnualReportFiled,
        notification.HandedIn,
        recognition.ApplicationHandInAnswered,
        support.SurveyInvited,
        support.SurveyAnswered,
        support.SurveyWithdrawn,
    }
)
"""Events that no subscription gets: sealed for one service, between services, of people who report, of no named region,
of who is asked in a survey that is answered without a name.
"""
PUBLISHED: frozenset[type[Payload]] = frozenset(
    {
        typing.TypingRunPublished,
        typing.HouseholdTyped,
        recognition.SeasonOpened,
        recognition.PublicNoticeOpened,
        recognition.PublicNoticeClosed,
        recognition.RecognitionGranted,
        recognition.RecognitionCancelled,
        recognition.RecognitionExtended,
        recognition.RecognitionExpired,
        recognition.RecognitionRevoked,
        recognition.RecognitionTransferred,
        recognition.RecognitionReinstated,
    }
)
"""Events about what anybody may read in the directory: all that a platform can subscribe to."""
FOR_EVERY_DEPARTMENT: frozenset[type[Payload]] = PUBLISHED | {
    annual_report.AnnualReportClosed,
    typing.TypingAdjusted,
    typing.HouseholdChanged,
    recognition.CriteriaPublished,
    recognition.ApplicationSubmitted,
    recognition.ApplicationReturned,
    recognition.ApplicationRefused,
    recognition.ApplicationWithdrawn,
    recognition.ApplicationNotSelected,
    recognition.ApplicationCalledUp,
    recognition.SupplementDemanded,
    recognition.SupplementReceived,
    recognition.SiteVisitArranged,
    recognition.ApplicationReopened,
    recognition.ConsentAsked,
    recognition.RecommendationSubmitted,
    recognition.ConsultationAsked,
    recognition.ConsultationAnswered,
    recognition.RecognitionConfirmed,
    recognition.EvaluationDue,
    recognition.RecognitionOperatorChanged,
    recognition.ConfirmationWithheld,
    recognition.ExtensionWithheld,
    objection.VerificationAsked,
    objection.VerificationAnswered,
    objection.CorrectionItemOpened,
}
"""Events that any department may subscribe to, those that ask one department included. All others (of an objection, of
a notification, of a contract to come) are for market supervision alone: a list, so that a new one reaches nobody else.
"""
OFFERED: Mapping[ReceiverKind, Mapping[str, type[Payload]]] = {
    ReceiverKind.DEPARTMENT: {kind.event_type: kind for kind in PAYLOADS if kind not in KEPT_INSIDE},
    ReceiverKind.PLATFORM: {kind.event_type: kind for kind in PAYLOADS if kind in PUBLISHED},
}
TOLD: tuple[type[Payload], ...] = tuple(OFFERED[ReceiverKind.DEPARTMENT].values())
"""All events that somebody may subscribe to."""


def is_offered(kind: type[Payload], receiver: ReceiverKind, department: Department) -> bool:
    """Whether a department's system, or a platform under its care, may subscribe to a kind of event."""
    mine = receiver is ReceiverKind.PLATFORM or department is Department.MARKET or kind in FOR_EVERY_DEPARTMENT
    return mine and kind.event_type in OFFERED[receiver]


def check_event_types(receiver: ReceiverKind, department: Department, named: Collection[str]) -> list[str]:
    """The types, each once, in order; EventNotOffered names the first that is wrong, and the nearest that is right."""
    offered = OFFERED[receiver]
    for name in named:
        if name in offered:
            if not is_offered(offered[name], receiver, department):
                raise EventNotOffered(f"事件“{name}”只提供给市场监督管理部门的系统。")
            continue
        if name in OFFERED[ReceiverKind.DEPARTMENT]:
            raise EventNotOffered(f"事件“{name}”只提供给政府部门的系统，平台不能订阅。")
        nearest = nearest_type(name, offered)
        raise EventNotOffered(f"没有可以订阅的事件“{name}”。" + (f"您要的是不是“{nearest}”？" if nearest else ""))
    return sorted(set(named))


def nearest_type(name: str, offered: Collection[str]) -> str | None:
    """The type that was probably meant, whether it was written whole or by its name alone."""
    by_name = {kind.split(".")[3].lower(): kind for kind in offered}
    short = re.sub(r"^.*\.(?=[A-Za-z])|\.v\d+$", "", re.sub(r"\.v\d+$", "", name)).lower()
    close = get_close_matches(short, by_name, n=1, cutoff=0.6)
    return by_name[close[0]] if close else None


@dataclass(frozen=True)
class Concerned:
    """Whom an event concerns: the region that it names, and the department that alone was asked, if one was."""

    region: str
    department: str | None

    def is_for(self, department: str, region: str) -> bool:
        """Whether a department in a region may have it: it lies inside the region, and asks no other department."""
        return self.region.startswith(region) and self.department in (None, department)


def concerned(data: Payload, subject: str) -> Concerned | None:
    """Whom an event concerns; None for one that names no region, neither in its data nor as its subject."""
    region = getattr(data, "region", None) or (subject if REGION.fullmatch(subject) else None)
    return Concerned(region, getattr(data, "department", None)) if region is not None else None


def next_pause(pauses: Sequence[float], tries: int) -> float | None:
    """Seconds until the next try after so many that failed; None: that was the last."""
    return pauses[tries - 1] if tries <= len(pauses) else None
