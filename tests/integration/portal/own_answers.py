"""What the services answer an operator: made from their committed descriptions, with what the pages' tests look for."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.integration.portal.answers import MEASURE, NAME, RECOGNITION, SEASON, USCC, listed
from tests.integration.portal.samples import sample

OPENAPI = Path(__file__).parents[3] / "docs" / "contracts" / "openapi"
APPLICATION = "6f2c43c4-7d49-4f0a-8f0e-1f6f9a0c1a01"
RECOMMENDATION = "6f2c43c4-7d49-4f0a-8f0e-1f6f9a0c1a02"
ENTRY = "6f2c43c4-7d49-4f0a-8f0e-1f6f9a0c1a03"
CONSENT = "6f2c43c4-7d49-4f0a-8f0e-1f6f9a0c1a04"
CHECKED = "6f2c43c4-7d49-4f0a-8f0e-1f6f9a0c1a05"
OBJECTION = "6f2c43c4-7d49-4f0a-8f0e-1f6f9a0c1a06"
PROBLEM = "6f2c43c4-7d49-4f0a-8f0e-1f6f9a0c1a08"
PAPER = "6f2c43c4-7d49-4f0a-8f0e-1f6f9a0c1a07"
BY_FORMAT = {"date": "2026-09-30", "date-time": "2026-09-01T08:00:00Z", "uuid": APPLICATION}


@cache
def description(service: str) -> Mapping[str, Any]:
    """A service's committed description."""
    found: Mapping[str, Any] = json.loads((OPENAPI / f"{service}.json").read_text("utf-8"))
    return found


def example(service: str, schema: str, /, **said: object) -> dict[str, Any]:
    """A schema's required members, with these values in their place."""
    filled: dict[str, Any] = {**_filled(service, {"$ref": f"#/components/schemas/{schema}"}), **said}
    return filled


def _filled(service: str, schema: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return _filled(service, description(service)["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        kinds = schema["anyOf"]
        return None if {"type": "null"} in kinds else _filled(service, kinds[0])
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            known = schema.get("properties", {})
            return {name: _filled(service, known[name]) for name in schema.get("required", ())}
        case "array":
            return []
        case "integer" | "number":
            return 1
        case "boolean":
            return False
    return BY_FORMAT.get(schema.get("format", ""), "示例")


STANDARDS = {
    "renowned": {
        "criteria": [
            {"id": "renowned.1", "title": "获得过荣誉", "evidence": ["荣誉证书"], "besides": ["门头照片"]},
            {
                "id": "renowned.2",
                "title": "按时纳税",
                "proven_by": "tax",
                "evidence": ["完税证明"],
                "otherwise": ["减免税证明"],
            },
        ]
    }
}
VETERAN = {
    "id": "veteran",
    "title": "退役军人",
    "evidence": ["退役军人优待证", "退出现役证"],
    "proven_by": None,
    "document": None,
}
RULES = example("recognition", "RulesView", operator_kinds=[VETERAN])
DRAFT = example(
    "recognition",
    "ApplicationFileView",
    id=APPLICATION,
    uscc=USCC,
    name=NAME,
    county="410105",
    season=SEASON["id"],
    category="renowned",
    category_reason="老字号",
    criteria=["renowned.1", "renowned.2"],
    kinds=["veteran"],
    state="draft",
    state_label="草稿",
    step_label="申报",
    due_on="2026-09-30",
)
RECOMMENDED = example(
    "recognition",
    "RecommendationView",
    **{
        **{name: DRAFT[name] for name in DRAFT if name != "objections"},
        "id": RECOMMENDATION,
        "recommended_by": "culture",
        "recommended_by_label": "文化和旅游部门",
    },
)
CRITERIA = example(
    "recognition",
    "CriteriaView",
    year=2026,
    categories=STANDARDS,
    document="豫市监〔2026〕1号",
    published_at="2026-08-01T00:00:00Z",
)
REPORT = example(
    "recognition",
    "ReportView",
    recognition=RECOGNITION["id"],
    uscc=USCC,
    year=2026,
    state="due",
    content={"employees": 4, "revenue_yuan": "120000.50", "honours": ["老字号", "示范店"], "changes": None},
    finding="请写明营业额的口径",
)
GROUNDS = example(
    "objection",
    "GroundsView",
    against_label="分型结果",
    last_day="2026-12-20",
    received_by=[{"region": "410105", "name": "河南省郑州市金水区"}],
    decided_by=[{"region": "410105", "name": "河南省郑州市金水区"}],
    grounds=[
        example("objection", "GroundOptionView", kind=kind, id=name, title=title)
        for kind, name, title in (
            ("clause", "growth.age", "成立2年（含）以上"),
            ("fact", "tax", "纳税额"),
            ("reading", "at-least", "“5名以上”是否包括5名"),
            ("other", "other", "其他（请在异议内容中写明）"),
        )
    ],
)
OWN_OBJECTION = example(
    "objection",
    "ObjectionView",
    id=OBJECTION,
    receipt="410105202600001",
    uscc=USCC,
    county="410105",
    against="typing",
    against_label="分型结果",
    state="explained",
    state_label="已作解释",
    respond_by="2026-12-20",
    explanation={"text": "按税务部门的数据，没有满两年。", "region": "410105", "on": "2026-11-20"},
    next_steps=[{"step": step, "label": "办理"} for step in ("respond", "withdraw")],
)
OWN_MEASURES = sample(
    "support",
    "HouseholdMeasuresView",
    region="410105",
    measures=[
        sample(
            "support",
            "HouseholdMeasureView",
            measure=MEASURE["id"],
            title=f"{said}的措施",
            state={"code": state, "label": said},
            needs=[{"code": "commitment", "label": "告知承诺"}],
        )
        for state, said in (
            ("entitled", "可以享受"),
            ("verify", "待核实"),
            ("invited", "可以申请"),
            ("none", "不能享受"),
        )
    ],
)
OWN_PROBLEM = sample(
    "support",
    "ProblemView",
    id=PROBLEM,
    uscc=USCC,
    kind="tax",
    kind_label="税费",
    state="answered",
    state_label="已答复",
    department_label="税务部门",
    answer="系统已经修复。",
    outcome_label="已经解决",
    may_respond=True,
    owner_region="410105",
    supervised_by=None,
    closed_because=None,
    steps=[
        sample("support", "StepView", what=what, note=note) for what, note in (("forward", "内部"), ("answer", "修好"))
    ],
)
COMMITMENT = sample(
    "support", "CommitmentView", uscc=USCC, measure=MEASURE["id"], text="本户是首次创办。", kept=None, finding=None
)
VISIT = sample("support", "OwnVisitView", uscc=USCC, name=NAME, visitor="示例干部", reasons=["未年报"])
SURVEY = sample("support", "InvitationView", uscc=USCC, title="政策知晓情况", answered=False)
OWN_ANSWERS: Mapping[str, tuple[str, Any]] = {
    "/v1/households/mine": (
        "recognition",
        listed(
            example(
                "recognition", "OwnHouseholdView", uscc=USCC, name=NAME, county="410105", registered=True, typed=True
            )
        ),
    ),
    "/v1/applications": ("recognition", listed({name: DRAFT[name] for name in DRAFT if name != "objections"})),
    f"/v1/applications/{APPLICATION}": ("recognition", DRAFT),
    f"/v1/applications/{APPLICATION}/documents": ("recognition", listed()),
    f"/v1/applications/{CHECKED}": (
        "recognition",
        {**DRAFT, "id": CHECKED, "state": "in-progress", "state_label": "办理中"},
    ),
    f"/v1/applications/{CHECKED}/documents": ("recognition", listed()),
    "/v1/recommendations": ("recognition", listed(RECOMMENDED)),
    f"/v1/recommendations/{RECOMMENDATION}": ("recognition", RECOMMENDED),
    "/v1/measures/what-could-i-get": ("support", OWN_MEASURES),
    "/v1/problems/mine": ("support", listed(OWN_PROBLEM)),
    f"/v1/problems/{PROBLEM}": ("support", OWN_PROBLEM),
    "/v1/commitments/mine": ("support", []),
    "/v1/calls/mine": ("support", listed(VISIT)),
    "/v1/surveys/mine": ("support", [SURVEY]),
    "/v1/household-officials/mine": ("support", [sample("support", "AppointmentView", name="示例干部", subject=None)]),
    "/v1/criteria": ("recognition", listed(CRITERIA)),
    f"/v1/seasons/{SEASON['id']}": ("recognition", example("recognition", "SeasonView", **SEASON, rules=RULES)),
    "/v1/recognitions/mine": (
        "recognition",
        listed(example("recognition", "OwnRecognitionView", **RECOGNITION, path="application")),
    ),
    "/v1/information-reports": (
        "recognition",
        listed(REPORT),
    ),
    "/v1/spot-checks/demands": (
        "recognition",
        listed(example("recognition", "CheckItemView", application=CHECKED, name=NAME, finding="请补门头照片")),
    ),
    "/v1/grounds": ("objection", GROUNDS),
    "/v1/objections/mine": ("objection", listed(OWN_OBJECTION)),
    f"/v1/objections/{OBJECTION}": ("objection", OWN_OBJECTION),
    f"/v1/objections/{OBJECTION}/grounds": (
        "objection",
        [example("objection", "ChosenGroundView", kind="clause", id="growth.age", title="成立2年（含）以上")],
    ),
    f"/v1/objections/{OBJECTION}/deadlines": (
        "objection",
        [example("objection", "DueDayView", label="对解释表示意见的期限", due_on="2026-12-20", status="running")],
    ),
    f"/v1/objections/{OBJECTION}/documents": (
        "objection",
        listed(example("objection", "DocumentView", id=PAPER, name="门头照片")),
    ),
    "/v1/credit-consents": (
        "recognition",
        listed(example("recognition", "CreditConsentView", id=CONSENT, uscc=USCC, institution="示例银行")),
    ),
    "/v1/inbox": (
        "notification",
        listed(example("notification", "NotificationView", id=ENTRY, title="申报被退回", body="缺一份材料。")),
    ),
    "/v1/inbox/unread": ("notification", example("notification", "UnreadView", unread=3)),
    "/v1/own-contact": (
        "notification",
        example(
            "notification",
            "OwnContactView",
            categories=[example("notification", "CategoryView", category="season", label="申报时间", optional=True)],
            own={"phone": "138****0000"},
        ),
    ),
}
"""By path: of which service, and the answer; an application is a draft that lacks two documents"""
