"""What can be objected to, and what is known of public notices."""

from collections.abc import Mapping
from enum import StrEnum


class Against(StrEnum):
    """What an objection is against. The policies' `objections` block has a rule for each."""

    TYPING = "typing"
    PUBLIC_NOTICE = "public-notice"
    REFUSAL = "refusal"
    NON_SELECTION = "non-selection"
    CONFIRMATION = "confirmation"
    EXTENSION = "extension"
    CANCELLATION = "cancellation"
    REVOCATION = "revocation"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return AGAINST_LABELS[self]


AGAINST_LABELS: Mapping[Against, str] = {
    Against.TYPING: "分型结果",
    Against.PUBLIC_NOTICE: "公示名单",
    Against.REFUSAL: "申报未通过",
    Against.NON_SELECTION: "未入选",
    Against.CONFIRMATION: "年度确认未通过",
    Against.EXTENSION: "有效期未延续",
    Against.CANCELLATION: "取消认定",
    Against.REVOCATION: "撤销认定",
}


SERVED = frozenset({Against.CANCELLATION, Against.REVOCATION})
"""Decisions that are served on the operator: periods count from that day."""


class NoticeState(StrEnum):
    """Whether the notice's last day is over, as recognition said. What was cleared: `NoticeCopy.announced`."""

    OPEN = "open"
    CLOSED = "closed"
