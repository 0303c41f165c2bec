"""HTTP shapes of histories."""

import datetime as dt
from typing import Annotated

from pydantic import Field
from sqlalchemy import RowMapping

from services.objection.history.domain import HistoryActor, step_words
from shared.platform.fields import Shape
from shared.platform.officers import Officer
from shared.platform.system_callers import BUS, CLOCK
from shared.reference.national_systems import SYSTEM_LABELS
from shared.reference.regions import full_region_name


class HistoryStepView(Shape):
    """One step that was taken."""

    at: dt.datetime
    text: Annotated[str, Field(description="办了什么")]
    by: str
    by_label: Annotated[str, Field(description="由谁办的：工作人员、异议人、国家级系统或系统")]
    name: Annotated[str | None, Field(description="工作人员的姓名")]
    bureau: Annotated[str | None, Field(description="工作人员所在的地区和部门")]

    @classmethod
    def of(cls, entry: RowMapping, officer: Officer | None) -> "HistoryStepView":
        """From an entry of the audit; `officer`: who acted, if that was a member of staff."""
        kind = actor_kind(entry["actor"], officer)
        return cls(
            at=entry["at"],
            text=step_words(entry["action"], entry["details"]),
            by=kind.value,
            by_label=kind.label,
            name=officer.name if officer else None,
            bureau=bureau_of(officer) if officer else None,
        )


def actor_kind(subject: str, officer: Officer | None) -> HistoryActor:
    """Who that is. Staff have been recorded as acting; operators never are, and other systems act under their names."""
    if officer is not None:
        return HistoryActor.OFFICER
    if subject in SYSTEM_LABELS:
        return HistoryActor.NATIONAL
    return HistoryActor.SYSTEM if subject in (BUS.subject, CLOCK.subject) else HistoryActor.OBJECTOR


def bureau_of(officer: Officer) -> str:
    """Where somebody works."""
    return (full_region_name(officer.region) or officer.region) + (
        officer.department.label if officer.department else ""
    )
