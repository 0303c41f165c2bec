"""How deliveries, inspection shares and first violations are shown."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from services.support.inspections.domain import TYPES, FirstViolation, RiskClass, rises, share_of
from services.support.inspections.models import Violation
from services.support.rules.service import SupportRulesOnDay
from shared.platform.deliveries.endpoints import DeliveryShape
from shared.platform.fields import Shape
from shared.reference.inspections import VIOLATION_FIELDS, VIOLATION_OUTCOMES

NOT_RISING = "信用风险较低的类别，抽查比例高于较高的类别，请核对：{}"
NO_DECISION = (
    "只列出市场监管部门报送的查处记录。行政处罚另由认定服务接收，其他部门的查处这里没有；"
    "是不是初次违法、危害后果是否轻微、有没有及时改正，由执法机关认定（行政处罚法第三十三条）。"
)


class InspectionDeliveryView(DeliveryShape):
    """An accepted delivery of credit-risk classes or violations."""

    delivered_by: str
    delivered_at: dt.datetime


class InspectionShareView(Shape):
    """The share of households of a class and type that are inspected."""

    risk_class: str
    risk_class_label: str
    type: str
    type_label: str
    parameter: Annotated[str, Field(description="另行设定时用的名称")]
    share: Annotated[int | None, Field(description="百分之几；空：没有设定")]
    text: str
    verified: Annotated[bool, Field(description="有没有核对过原文；没有的标“未核对”")]
    source: str


class InspectionSharesView(Shape):
    """The table of a region on a day."""

    region: str
    on: dt.date
    shares: list[InspectionShareView]
    remarks: Annotated[list[str], Field(description="比例与风险高低不一致的地方")]

    @classmethod
    def of(cls, rules: SupportRulesOnDay, region: str) -> "InspectionSharesView":
        """By type, then by class."""
        remarks = [NOT_RISING.format(label) for name, label in TYPES.items() if not rises(_shares(rules, region, name))]
        shares = [_share(rules, region, one, name) for name in TYPES for one in RiskClass]
        return cls(region=region, on=rules.day, shares=shares, remarks=remarks)


def _shares(rules: SupportRulesOnDay, region: str, type_name: str) -> list[int | None]:
    return [rules.number(share_of(one, type_name), region).number for one in RiskClass]


def _share(rules: SupportRulesOnDay, region: str, risk_class: RiskClass, type_name: str) -> InspectionShareView:
    found = rules.number(share_of(risk_class, type_name), region)
    return InspectionShareView(
        risk_class=risk_class.value,
        risk_class_label=risk_class.label,
        type=type_name,
        type_label=TYPES[type_name],
        parameter=found.parameter,
        share=found.number,
        text=found.text,
        verified=found.verified,
        source=found.source,
    )


class ViolationView(Shape):
    """A violation that was found."""

    found_on: dt.date
    field: str
    field_label: str
    outcome: str
    outcome_label: str
    corrected_on: dt.date | None

    @classmethod
    def of(cls, row: Violation) -> "ViolationView":
        """From the row."""
        return cls(
            found_on=row.found_on,
            field=row.field,
            field_label=VIOLATION_FIELDS[row.field],
            outcome=row.outcome,
            outcome_label=VIOLATION_OUTCOMES[row.outcome],
            corrected_on=row.corrected_on,
        )


class FirstViolationView(Shape):
    """What is known of a household's earlier violations, and from what."""

    uscc: str
    known: str
    known_label: str
    feed: str
    delivered_at: Annotated[dt.datetime | None, Field(description="最近一次全量报送；空：没有，不知道有没有记录")]
    records: list[ViolationView]
    note: str = NO_DECISION

    @classmethod
    def of(
        cls, uscc: str, known: FirstViolation, records: Sequence[Violation], delivered_at: dt.datetime | None
    ) -> "FirstViolationView":
        """With the records, the newest first."""
        return cls(
            uscc=uscc,
            known=known.value,
            known_label=known.label,
            feed="violation",
            delivered_at=delivered_at,
            records=[ViolationView.of(row) for row in records],
        )
