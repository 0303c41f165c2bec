"""What stands on the first page of the desk, and what to do next."""

import asyncio
import datetime as dt
from dataclasses import dataclass

from services.portal.shell.behalf import Behalf, Part, part
from services.portal.upstream import notification, objection, own_support, recognition
from services.portal.upstream.objection_files import ObjectionAnswer
from services.portal.upstream.own_support import OwnProblemAnswer
from services.portal.upstream.recognition import (
    ApplicationAnswer,
    DemandAnswer,
    OwnHouseholdAnswer,
    OwnRecognitionAnswer,
    RecommendationAnswer,
    ReportAnswer,
)


@dataclass(frozen=True)
class NextThing:
    """One thing to do: what, until when, where."""

    sentence: str
    due_on: dt.date | None
    to: str
    button: str


@dataclass(frozen=True)
class Desk:
    """Everything of an operator; a service that is away leaves its part empty and says so."""

    households: Part[list[OwnHouseholdAnswer]]
    applications: Part[list[ApplicationAnswer]]
    recommendations: Part[list[RecommendationAnswer]]
    recognitions: Part[list[OwnRecognitionAnswer]]
    reports: Part[list[ReportAnswer]]
    demands: Part[list[DemandAnswer]]
    objections: Part[list[ObjectionAnswer]]
    problems: Part[list[OwnProblemAnswer]]
    unread: Part[int]

    @property
    def own_applications(self) -> list[ApplicationAnswer]:
        """Those that the operator made; what a department recommended is among the recommendations."""
        return [one for one in self.applications.value or [] if one.recommended_by_label is None]

    @property
    def next_things(self) -> list[NextThing]:
        """What waits for the operator, the most urgent first; what has no date comes last."""
        found = [
            *self._demanded(),
            *self._objecting(),
            *self._answered(),
            *self._returned(),
            *self._to_consent(),
            *self._begun(),
            *self._to_report(),
        ]
        return sorted(found, key=lambda one: one.due_on or dt.date.max)

    def _demanded(self) -> list[NextThing]:
        return [
            NextThing(
                f"{one.name}：上级抽查，请补充材料", one.due_on, f"/desk/applications/{one.application}", "补充材料"
            )
            for one in self.demands.value or []
        ]

    def _objecting(self) -> list[NextThing]:
        said = {"returned": "异议被退回，请补正", "explained": "您的异议有了解释，请表示意见"}
        return [
            NextThing(
                f"{one.against_label}：{said[one.state]}",
                one.complete_by if one.state == "returned" else one.respond_by,
                f"/desk/objections/{one.id}",
                "去办理",
            )
            for one in self.objections.value or []
            if one.state in said
        ]

    def _answered(self) -> list[NextThing]:
        return [
            NextThing(
                f"您反映的{one.kind_label}问题有了答复，请表示意见",
                one.respond_by,
                f"/desk/problems/{one.id}",
                "看答复",
            )
            for one in self.problems.value or []
            if one.may_respond
        ]

    def _returned(self) -> list[NextThing]:
        return [
            NextThing(f"{one.name}：申报被退回，请补正", one.due_on, f"/desk/applications/{one.id}", "去补正")
            for one in self.own_applications
            if one.state == "returned"
        ]

    def _to_consent(self) -> list[NextThing]:
        return [
            NextThing(
                f"{one.name}：{one.recommended_by_label or '部门'}推荐您，请您决定是否同意",
                one.due_on,
                f"/desk/recommendations/{one.id}",
                "看推荐",
            )
            for one in self.recommendations.value or []
            if one.consent is None and one.state == "draft"
        ]

    def _begun(self) -> list[NextThing]:
        return [
            NextThing(f"{one.name}：申报还没有提交", one.due_on, f"/desk/applications/{one.id}", "接着填")
            for one in self.own_applications
            if one.state == "draft"
        ]

    def _to_report(self) -> list[NextThing]:
        names = {one.id: one.name for one in self.recognitions.value or []}
        return [
            NextThing(
                f"{names[one.recognition]}：报送{one.year}年信息",
                one.due_on,
                f"/desk/reports/{one.recognition}/{one.year}",
                "去报送",
            )
            for one in self.reports.value or []
            if one.state in ("due", "overdue") and one.recognition in names
        ]


async def read_desk(services: Behalf, year: int) -> Desk:
    """All parts at once. `year`: this one; a report is due within its own year, last year's may be overdue."""
    called = services.recognition
    (
        (households, applications, recommendations, recognitions, reports),
        demands,
        objections,
        problems,
        unread,
    ) = await asyncio.gather(
        asyncio.gather(
            part(recognition.own_households(called)),
            part(recognition.own_applications(called)),
            part(recognition.own_recommendations(called)),
            part(recognition.own_recognitions(called)),
            part(recognition.own_reports(called, year - 1, year)),
        ),
        part(recognition.own_demands(called)),
        part(objection.own_objections(services.objection)),
        part(own_support.own_problems(services.support)),
        part(notification.unread(services.notification)),
    )
    return Desk(households, applications, recommendations, recognitions, reports, demands, objections, problems, unread)
