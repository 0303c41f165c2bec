"""The four systems that the texts name, and which kinds of records each of them holds."""

from collections.abc import Mapping, Set
from enum import StrEnum

from shared.reference.national_systems import SYSTEM_LABELS, System

__all__ = ["KINDS_OF", "KIND_LABELS", "SYSTEM_LABELS", "Kind", "System"]


class Kind(StrEnum):
    """What a record is about. Its key is the household's code, or the id of what it is about."""

    TYPE = "type"
    RECOGNITION = "recognition"
    RESTORED_CREDIT = "restored-credit"
    TYPING_STANDARD = "typing-standard"
    CRITERIA = "criteria"
    APPLICATION = "application"
    PUBLIC_NOTICE = "public-notice"
    INFORMATION_REPORT = "information-report"
    OPERATOR_CHANGE = "operator-change"
    RECOGNITION_LIST = "recognition-list"


KIND_LABELS: Mapping[Kind, str] = {
    Kind.TYPE: "分型结果",
    Kind.RECOGNITION: "“名特优新”认定",
    Kind.RESTORED_CREDIT: "信用修复",
    Kind.TYPING_STANDARD: "分型标准",
    Kind.CRITERIA: "认定标准",
    Kind.APPLICATION: "申报与推荐",
    Kind.PUBLIC_NOTICE: "拟认定公示",
    Kind.INFORMATION_REPORT: "信息报告",
    Kind.OPERATOR_CHANGE: "经营者变更",
    Kind.RECOGNITION_LIST: "上报名单",
}

KINDS_OF: Mapping[System, Set[Kind]] = {
    System.PROVINCE_DIRECTORY: {Kind.TYPE, Kind.TYPING_STANDARD},
    System.NATIONAL_DIRECTORY: {Kind.TYPE, Kind.TYPING_STANDARD},
    System.CREDIT_PUBLICITY: {Kind.TYPE, Kind.RECOGNITION, Kind.RESTORED_CREDIT},
    System.CULTIVATION_PLATFORM: {
        Kind.RECOGNITION,
        Kind.CRITERIA,
        Kind.APPLICATION,
        Kind.PUBLIC_NOTICE,
        Kind.INFORMATION_REPORT,
        Kind.OPERATOR_CHANGE,
        Kind.RECOGNITION_LIST,
    },
}
"""Duties P1–P8 and P11–P13; what goes to the public at large (P9) is on the portal's pages."""
