"""What the stand-ins of the services answer: made-up households, complete as the committed descriptions demand."""

from collections.abc import Mapping
from typing import Any

from tests.integration.portal.samples import sample

USCC, CODE = "92410105MA00000012", "0123456789ABCDEF0123"
NAME = "金水区<测试>打印店"
NOTICE = "8a3f0f5e-5a52-4a37-9a1e-2f6f2f2c1f11"
HOUSEHOLD = {
    "uscc": USCC,
    "name": NAME,
    "region": "410105",
    "region_name": "金水区",
    "type": "growth",
    "type_label": "成长型",
    "policy": "zhengzhou-2025",
    "run": "0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d",
    "year": 2026,
    "corrections": [],
    "upon_objection": False,
}
CITATION = {"document": "郑市监〔2025〕6号", "article": "三（一）1", "quote": "成立2年（含）以上。"}
EXPLANATION = {
    **{name: HOUSEHOLD[name] for name in ("uscc", "name", "type", "type_label", "corrections", "upon_objection")},
    "as_of": "2026-06-30",
    "policy": "zhengzhou-2025",
    "policy_title": "郑州市个体工商户分型标准",
    "summary": "判定结果：成长型。",
    "sentences": [
        {"text": "符合“成立2年以上”。", "citation": CITATION, "clause": "growth.age", "facts": [], "holds": True},
        {"text": "是成长型。", "citation": None, "clause": "growth", "facts": [], "holds": True},
    ],
    "missing": [{"fact": "tax", "bureau": "税务部门", "text": "缺少税务部门的数据。", "cases": []}],
    "endings": [
        {
            "day": "2030-05-21",
            "text": "满10年。",
            "clause": "growth.age",
            "citation": CITATION,
            "type": "growth",
            "type_label": "成长型",
        }
    ],
    "nearest": [
        {
            "text": "可以成为发展型。",
            "clause": "development",
            "type": "development",
            "type_label": "发展型",
            "day": None,
            "until": None,
            "steps": [{"text": "满10年。", "clause": "development.age", "citation": CITATION}],
        }
    ],
    "readings": [
        {
            "text": "“5名以上”现在理解为超过5名。",
            "type": "growth",
            "type_label": "成长型",
            "question": "是否包括本数",
            "interpretation": "at-least",
            "reading": "more-than",
            "decides": "制定机关",
        }
    ],
    "possible": [],
    "unknown": [],
    "unset": [],
    "together": "",
    "figures": False,
}
POLICY = {
    "id": "zhengzhou-2025",
    "title": "郑州市个体工商户分型标准",
    "document": "郑市监〔2025〕6号",
    "draft": False,
    "regions": ["4101"],
    "in_force_from": "2025-01-01",
    "in_force_until": None,
    "unset_parameters": [],
    "set_numbers": [],
}
RECOGNITION = {
    "id": "5d0ac9b8-9a3c-43a0-8f5c-0a4f5c1ad1c2",
    "uscc": USCC,
    "name": "金水区测试打印店",
    "county": "410105",
    "category": "renowned",
    "category_label": "知名",
    "certificate": CODE,
    "state": "valid",
    "state_label": "有效",
    "granted_on": "2026-11-20",
    "valid_until": "2029-11-19",
    "benefits_from": "2027-01-01",
}
CERTIFICATE = {
    **RECOGNITION,
    "issued_by": "金水区市场监督管理局",
    "path": "application",
    "path_label": "申报",
    "withdrawal": None,
}
WITHDRAWN = {
    **CERTIFICATE,
    "withdrawal": {"reason": "revoked", "reason_label": "认定已撤销", "since": "2026-12-01"},
}
"""The same after it was revoked"""
SEASON = {
    "id": "00f4e2f1-3ba4-4f25-a2b4-d6f5a9f6f4a3",
    "county": "410105",
    "policy": "henan-2025",
    "year": 2026,
    "state": "open",
    "state_label": "申报中",
    "opens_on": "2026-08-01",
    "applications_until": "2026-09-30",
    "decisions_until": "2026-12-10",
    "benefits_from": "2027-01-01",
    "consultation_days": 5,
    "notice_days": 5,
    "supplement_days": 5,
    "quota": None,
    "seed": None,
    "sheet_id": None,
    "seed_digest": None,
}
NOTICE_SUMMARY = {
    "id": NOTICE,
    "county": "410105",
    "state": "open",
    "state_label": "公示中",
    "opens_on": "2026-11-01",
    "closes_on": "2026-11-08",
    "provisional": False,
    "right": "对名单有异议的，请在公示期内提出。",
}
STATISTICS = [
    {
        "region": code,
        "region_name": name,
        "year": 2026,
        "as_of": "2026-06-30",
        "runs": [],
        "policies": ["zhengzhou-2025"],
        "households": {"survival": 70, "growth": 20, "development": 9, "ineligible": 1000},
        "corrected": {},
        "current": {"survival": 70, "growth": 20, "development": 9, "ineligible": 1000},
        "total": 1099,
    }
    for code, name in (("410103", "二七区"), ("410102", "中原区"))
]


MEASURE = sample(
    "support", "MeasureView", id="zhengzhou.loan", title="创业担保贷款", in_force=True, draft=False, region="4101"
)


def listed(*items: object) -> dict[str, Any]:
    """The last page of a list."""
    return {"items": list(items), "next": None}


ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "/v1/households": {"items": [HOUSEHOLD], "next": "further"},
    f"/v1/households/{USCC}": HOUSEHOLD,
    f"/v1/households/{USCC}/explanation": EXPLANATION,
    "/v1/measures": listed(MEASURE),
    f"/v1/measures/{MEASURE['id']}": MEASURE,
    "/v1/policies": listed(POLICY),
    "/v1/statistics": listed(*STATISTICS),
    "/v1/seasons": listed(SEASON),
    "/v1/standards": sample("recognition", "LocalStandardsView"),
    "/v1/recognitions": listed(RECOGNITION),
    f"/v1/certificates/{CODE}": CERTIFICATE,
    "/v1/public-notices": listed(NOTICE_SUMMARY),
    f"/v1/public-notices/{NOTICE}": {
        **NOTICE_SUMMARY,
        **listed({"uscc": USCC, "name": "金水区测试打印店", "category": "renowned"}),
    },
}
"""By path; whatever else is asked for does not exist"""
PICTURES = {f"/v1/badges/{USCC}.svg"}
"""What is answered with something that is no JSON and passed on unread"""
