"""What the stand-ins of the services answer to officers."""

from collections.abc import Mapping
from typing import Any

from tests.integration.portal.answers import USCC, listed
from tests.integration.portal.samples import ID, sample

TASK = sample("recognition", "TaskView", uscc=USCC, name="金水区测试打印店", category_label="知名", claimed_by=None)
APPLICATION = sample(
    "recognition",
    "ApplicationFileView",
    uscc=USCC,
    name="金水区测试打印店",
    category="quality",
    step="review",
    step_label="审核",
    criteria=["quality.1"],
    to_verify=[{"id": "quality.2", "title": "没有欠税", "bureau": "税务部门"}],
)
ADOPTION = sample("recognition", "AdoptionView", uscc=USCC, name="金水区测试打印店", state="entered", origin="110101")
RUN = sample(
    "typing",
    "RunView",
    state="draft",
    state_label="草稿",
    region="4101",
    counts={"410105": {"growth": 20, "survival": 70}},
    findings=[sample("typing", "FeedFinding", message="郑州市税务数据减少到 0 行")],
)
CHANGES = [
    sample("typing", "ChangeView", region=region, from_type=before, to_type=after)
    for region, before, after in (("410105", "survival", "growth"), ("410102", None, "development"))
]
COMPARISON = sample("typing", "ComparisonView", changes=CHANGES, compared_with=[2])
OBJECTION = sample(
    "objection",
    "ObjectionView",
    uscc=USCC,
    receipt="410105202600001",
    state="accepted",
    state_label="已受理",
    next_steps=[
        {"step": step, "label": "办理"} for step in ("explain", "verify", "extend", "propose", "send-back", "decide")
    ],
)
GROUND = sample("objection", "ChosenGroundView", kind="reading", id="at-least", title="“5名以上”是否包括5名")
GROUND["choices"] = [{"id": "more-than", "title": "超过5名"}, {"id": "at-least", "title": "5名和5名以上"}]
OTHER_GROUND = {**GROUND, "id": "years", "title": "“满2年”怎样算"}
"""Another phrase, whose readings have the same names"""
VERIFICATION = sample(
    "objection",
    "VerificationView",
    uscc=USCC,
    feed="tax",
    feed_label="纳税数据",
    department_label="税务部门",
    state="asked",
    row=None,
)
PROPOSAL = sample("objection", "DecisionView", state="proposed", worse=True, told_on=None)
WHOLE_SEASON = sample(
    "recognition",
    "SeasonView",
    county="410105",
    year=2026,
    state="open",
    state_label="进行中",
    quota={"scope": "4101", "places": 30, "taken": 12, "held": 3, "free": 15},
)
STANDARDS_DRAFT = sample("recognition", "CriteriaView", region="410105", year=2026, published_at=None, filed_with=None)
SHEET = sample("recognition", "SheetView", region="410105", year=2026, in_force_at=None)
SHEET["content"] = {
    "sections": [
        {
            "title": "经营",
            "weight": 60,
            "categories": ["quality"],
            "indicators": [
                {"title": "年限", "levels": [{"title": "满三年", "points": 5}]},
                {"title": "手艺", "max": 10},
            ],
        }
    ]
}
STANDARD = sample("recognition", "CriterionBody", id="quality.1", points=10)
STANDARDS_DRAFT["categories"] = {"quality": sample("recognition", "CategoryBody", criteria=[STANDARD])}
RECORD = sample(
    "notification",
    "RowView",
    system="national-directory",
    kind="type",
    uscc=USCC,
    key=USCC,
    state="rejected",
    etag='"4"',
)
EVERYWHERE = sample("notification", "HouseholdView", uscc=USCC)
EVERYWHERE["systems"] = [sample("notification", "AtSystem", rows=[RECORD], answer=None)]
ROUND = sample(
    "notification", "RoundView", system="national-directory", state="done", signed_at=None, signed_name=None, etag='"7"'
)
DIFFERENCE = sample("notification", "DifferenceView", system="national-directory", uscc=USCC, state="open", etag='"2"')
COUNTS = {"survival": 70, "growth": 20, "development": 9, "ineligible": 1000}
PUBLISHED = [
    sample("typing", "PublicationStatisticView", households={**COUNTS, "growth": growth}, run=ID) for growth in (20, 40)
]
OBJECTION_YEAR = sample("objection", "StatisticsView", median_days=None)
CONTACT = sample("notification", "HouseholdContactView", uscc=USCC, own=None, reachable=["sms"])
CONTACT["delivered"] |= {"phone": "138****0000", "email": None}
VISIT = sample("support", "CallView", uscc=USCC, name="金水区测试打印店", state="due", assigned_to=None)
PROBLEM = sample(
    "support", "ProblemView", uscc=USCC, state="forwarded", department="market", owner_region="410105", enforcement=None
)
QUARTER = "2026-Q3"
ANALYSIS = sample("support", "AnalysisView", quarter=QUARTER, label="2026年第三季度")
SURVEY = sample(
    "support",
    "SurveyView",
    state="open",
    panel="sample",
    type="growth",
    seed="2026年示例",
    size=400,
    until="2026-01-31",
    counting={"示例": ["示例"]},
)
STAFF_ANSWERS: Mapping[str, Any] = {
    "/v1/quarterly-analyses": [sample("support", "MadeAnalysisView", quarter=QUARTER)],
    f"/v1/quarterly-analyses/{QUARTER}": ANALYSIS,
    "/v1/surveys": listed(SURVEY),
    f"/v1/surveys/{ID}": SURVEY,
    f"/v1/surveys/{ID}/results": sample("support", "ResultsView"),
    "/v1/inspection-deliveries": listed(
        sample("support", "InspectionDeliveryView", warnings=["有 3 行认不出是哪一户"])
    ),
    "/v1/inspection-shares": sample("support", "InspectionSharesView", remarks=["比例与风险不一致"]),
    "/v1/first-violations": sample("support", "FirstViolationView", uscc=USCC),
    "/v1/calls": listed(VISIT),
    f"/v1/calls/{ID}": VISIT,
    "/v1/household-officials": listed(sample("support", "AppointmentView", subject="li", department="tax")),
    "/v1/problems": listed(PROBLEM),
    f"/v1/problems/{ID}": PROBLEM,
    "/v1/statistics/publications": listed(*PUBLISHED),
    "/v1/oversight/statistics": OBJECTION_YEAR,
    "/v1/publications/rejections": listed(RECORD),
    "/v1/publications/reconciliations": listed(ROUND),
    f"/v1/publications/reconciliations/{ID}": ROUND,
    f"/v1/publications/reconciliations/{ID}/counties": [sample("notification", "CountyView")],
    "/v1/publications/differences": listed(DIFFERENCE),
    f"/v1/seasons/{ID}": WHOLE_SEASON,
    f"/v1/seasons/{ID}/filings": listed(sample("recognition", "FilingView")),
    f"/v1/criteria/{ID}": STANDARDS_DRAFT,
    "/v1/scoring-sheets": listed({name: one for name, one in SHEET.items() if name != "content"}),
    f"/v1/scoring-sheets/{ID}": SHEET,
    "/v1/recognitions/adopted": listed(ADOPTION),
    f"/v1/recognitions/adopted/{ID}": ADOPTION,
    f"/v1/recognitions/adopted/{ID}/documents": listed(sample("recognition", "AdoptionDocumentView")),
    "/v1/quotas": listed(sample("recognition", "QuotaView", scope="4101")),
    f"/v1/objections/{ID}": OBJECTION,
    f"/v1/objections/{ID}/grounds": [GROUND, OTHER_GROUND],
    f"/v1/objections/{ID}/verifications": [VERIFICATION, {**VERIFICATION, "finding": "corrected"}],
    f"/v1/objections/{ID}/decisions": [PROPOSAL],
    f"/v1/objections/{ID}/deadlines": [sample("objection", "DueDayView", status="running")],
    f"/v1/objections/{ID}/hearings": [sample("objection", "HearingView")],
    f"/v1/objections/{ID}/documents": listed(sample("objection", "DocumentView")),
    f"/v1/objections/{ID}/history": [sample("objection", "HistoryStepView")],
    f"/v1/objections/{ID}/assignment": sample(
        "objection", "AssignmentView", candidates=[{**sample("objection", "CandidateView"), "subject": "li"}]
    ),
    f"/v1/objections/{ID}/objector": sample("objection", "ObjectorView", name="张*", contact="138****0000"),
    "/v1/verifications": listed(VERIFICATION),
    f"/v1/verifications/{ID}": VERIFICATION,
    "/v1/tasks/totals": [sample("recognition", "TaskTotalView", step="review", step_label="审核")],
    "/v1/tasks": listed(TASK),
    "/v1/applications": listed(sample("recognition", "ApplicationView", uscc=USCC)),
    f"/v1/applications/{ID}": APPLICATION,
    f"/v1/applications/{ID}/documents": listed(sample("recognition", "DocumentView")),
    "/v1/recognitions/files": listed(sample("recognition", "DossierView", certificate="0123456789ABCDEF0123")),
    "/v1/objections/totals": [sample("objection", "StateTotal", state="filed", state_label="待受理")],
    "/v1/objections": listed(sample("objection", "ListedObjection", receipt="410105202600001", uscc=USCC)),
    "/v1/runs": listed(RUN),
    f"/v1/runs/{ID}": RUN,
    f"/v1/runs/{ID}/comparison": COMPARISON,
    "/v1/moves": listed(sample("typing", "MovesMoveView")),
    "/v1/deliveries": listed(sample("typing", "DeliveryView", warnings=["有 3 行的日期写法不规范"])),
    "/v1/refused-deliveries": listed(sample("typing", "RefusedDeliveryView")),
    "/v1/publications/systems": [sample("notification", "SystemView")],
    f"/v1/publications/households/{USCC}": EVERYWHERE,
    f"/v1/contacts/{USCC}": CONTACT,
    "/v1/notifications": listed(sample("notification", "ToldView")),
    "/v1/inbox/unread": sample("notification", "UnreadView"),
}
"""By path; whatever else is asked for does not exist"""
