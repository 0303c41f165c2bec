"""Requests to every route of the service, and what they leave behind in its database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient
from tests.integration.recognition.season_setup import DAYS

HOUSEHOLD = "924101050000000002"


ASKED = {
    "/v1/recognitions/due": {"what": "evaluation", "year": "2027"},
    "/v1/recognitions/files": {"uscc": "92410105MA00000001"},
    "/v1/confirmations": {"year": "2027"},
    "/v1/credit": {"uscc": "924101030000000000"},
    "/v1/information-reports": {"year": "2027"},
}
"""What lists must be asked with."""


STREAMS = {
    "/v1/applications/{application_id}/documents",
    "/v1/feeds/{feed}/deliveries",
    "/v1/recognitions/adopted/{adoption_id}/documents",
}
"""Routes whose body is a file: refused before anything is looked up."""


@dataclass(frozen=True)
class Ids:
    """Things of the county that a stranger asks for."""

    application: str
    recognition: str
    season: str
    others: Mapping[str, str]
    """Tasks, questions, notices, documents and evaluations, by the name of the path's parameter."""

    def put_into(self, path: str) -> str:
        """A path with its parameters filled in."""
        known = {
            "application_id": self.application,
            "recognition_id": self.recognition,
            "season_id": self.season,
            "year": "2027",
            "feed": "penalty",
            "uscc": "924101030000000000",
            "code": "0" * 20,
            "what": "revocation",
            "paper": "notice",
            "institution": "bank",
            **self.others,
        }
        return re.sub(r"{(\w+)}", lambda hit: known.get(hit[1], "00000000-0000-4000-8000-000000000000"), path)


def body_of(path: str, ids: Ids) -> object:
    """A right body, so that a stranger's call gets as far as it can."""
    refusal = {"application": ids.application, "etag": "*", "outcome": "refuse", "reason": "越权的审核"}
    decision = {"application": ids.application, "etag": "*"}
    visit = {
        "visited_on": "2026-09-01",
        "visitors": ["甲", "乙"],
        "finding": "越权的走访",
        "confirmed": True,
        "photos": [ids.application],
    }
    yearly = {"year": 2030, "policy": "zhengzhou-2025"}
    claim = {
        "uscc": HOUSEHOLD,
        "category": "distinctive",
        "category_reason": "越权的申报",
        "criteria": ["distinctive.3"],
    }
    letter = {"document": "越权的文件", "filed_on": "2026-08-01"}
    served = {"document": "越权1号", "served_on": "2026-11-26", "how": "letter"}
    bodies: dict[str, object] = {
        "/v1/applications": {"season": ids.season, **claim},
        "/v1/applications/{application_id}": claim,
        "/v1/recommendations": {
            "season": ids.season,
            "uscc": HOUSEHOLD,
            "category": "distinctive",
            "reason": "越权的推荐",
        },
        "/v1/recommendations/{application_id}/written-consent": {
            "given_on": "2026-08-20",
            "document": ids.others["document_id"],
        },
        "/v1/consultations/{consultation_id}/answer": {"agrees": True, "opinion": "越权的意见"},
        "/v1/deliveries/{delivery_id}/removal": {"confirmed": True, "reason": "越权的决定"},
        "/v1/seasons/{season_id}/filings": letter,
        "/v1/seasons/{season_id}/extension": {
            "applications_until": "2026-10-15",
            "document": "越权的延期",
            "reason": "越权",
        },
        "/v1/quotas": {"scope": "4101", **yearly},
        "/v1/criteria": {"region": COUNTY, "document": "越权的标准", **yearly},
        "/v1/seasons": {"county": COUNTY, "applications_until": "2030-09-30", **DAYS, **yearly},
        "/v1/seasons/{season_id}": {"county": COUNTY, "applications_until": "2030-09-30", **DAYS, **yearly},
        "/v1/criteria/{criteria_id}/filing": {"document_no": "越权的备案", "filed_on": "2026-08-01"},
        "/v1/selections": {"season": ids.season},
        "/v1/selections/preview": {"season": ids.season},
        "/v1/public-notices": {"season": ids.season},
        "/v1/reviews": refusal,
        "/v1/reviews/bulk": [refusal],
        "/v1/recognitions": decision,
        "/v1/recognitions/adopted": {
            "uscc": HOUSEHOLD,
            "category": "quality",
            "origin": "110101",
            "issued_by": "越权的部门",
            "certificate_no": "越权1号",
            "granted_on": "2026-01-01",
            "valid_until": "2029-01-01",
        },
        "/v1/recognitions/adopted/{adoption_id}/refusal": {"reason": "越权的决定"},
        "/v1/recognitions/bulk": [decision],
        "/v1/site-visits": {"application": ids.application, **visit},
        "/v1/site-visits/arrangements": {"application": ids.application, "visit_on": "2099-01-01"},
        "/v1/consultations": {"application": ids.application, "departments": ["ecology"]},
        "/v1/spot-checks": {"region": "41", "year": 2026},
        "/v1/spot-checks/{check_id}/items/{application_id}/outcome": {"outcome": "refused", "finding": "越权的抽查"},
        "/v1/credit-consents": {"uscc": "924101050000000001", "institution": "bank", "until": "2099-01-01"},
        "/v1/evaluations": {"recognition": ids.recognition},
        "/v1/information-reports": {"recognition": ids.recognition, "year": 2027, "content": {"employees": 1}},
        "/v1/information-reports/{recognition_id}/{year}/review": {"finding": "越权的审核"},
        "/v1/applications/{application_id}/refusal": {"reason": "越权的决定"},
        "/v1/applications/{application_id}/consultation-conclusion": {"passed": False, "reason": "越权的决定"},
        "/v1/recognitions/{recognition_id}/confirmation": {"year": 2027},
        "/v1/recognitions/{recognition_id}/proposals/{what}/rejection": {"reason": "越权的驳回"},
        "/v1/information-reports/{recognition_id}/{year}/return": {"reason": "越权的退回", "due_on": "2030-08-31"},
        "/v1/consultations/bulk": [{"application": ids.application, "departments": ["ecology"]}],
        "/v1/consultations/answers": [
            {"consultation": ids.others["consultation_id"], "agrees": False, "opinion": "越权的意见"}
        ],
        "/v1/information-reports/reviews": [{"recognition": ids.recognition, "year": 2027, "finding": "越权的审核"}],
        "/v1/confirmations/bulk": [{"recognition": ids.recognition, "year": 2027, "etag": "*"}],
        "/v1/evaluations/bulk": [{"recognition": ids.recognition}],
        "/v1/evaluations/decisions": [{"evaluation": ids.others["evaluation_id"], "etag": "*", "reason": "越权的决定"}],
        "/v1/evaluations/{evaluation_id}/agreement": {"agrees": True, "opinion": "越权的意见"},
        "/v1/evaluations/{evaluation_id}/decision": {"reason": "越权的决定"},
        "/v1/pool/{application_id}/removal": {"reason": "越权的移出"},
        "/v1/recognitions/{recognition_id}/proposals": {
            "what": "revocation",
            "facts": "越权的事实",
            "reason": "越权的提议",
            "citations": ["某条"],
        },
        "/v1/recognitions/{recognition_id}/proposals/{what}/notice": served,
        "/v1/recognitions/{recognition_id}/proposals/{what}/decision-service": served,
        "/v1/recognitions/{recognition_id}/proposals/{what}/statement": {"statement": "越权的陈述"},
        "/v1/recognitions/{recognition_id}/cancellation": {"document": "越权1号", "reason": "越权的决定"},
        "/v1/recognitions/{recognition_id}/revocation": {"document": "越权1号", "reason": "越权的决定"},
    }
    return (bodies | scoring_bodies(ids)).get(path, {})


def scoring_bodies(ids: Ids) -> dict[str, object]:
    """Those of scoring: sheets, assessors, scores, findings, closing, decision."""
    season, sheet = {"season": ids.season}, {"region": COUNTY, "year": 2026, "policy": "zhengzhou-2025"}
    meeting = {
        "document": "越权的决定",
        "decided_on": "2026-10-08",
        "participants": [{"name": "甲", "office": "局"}] * 2,
    }
    finding = {"indicator": "years", "level": 1, "basis": "越权的查明"}
    copied = {"source": ids.season, "document_no": "越权", "valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    return {
        "/v1/scoring-sheets": sheet | {"sheet": "title: 越权的评分表"},
        "/v1/scoring-sheets/copies": sheet | copied,
        "/v1/assessors": season | {"assessor": "stranger", "name": "甲"},
        "/v1/assessors/relations": season | {"relations": [{"uscc": "92410105MA0000001X", "kind": "own"}]},
        "/v1/scoring/assignments": season | {"assessors": ["stranger"]},
        "/v1/scoring/recusals": season | {"application": ids.application, "reason": "越权的回避"},
        "/v1/scoring/scores": season | {"scores": [{"application": ids.application, "points": {"skill": "1"}}]},
        "/v1/scoring/findings": season | {"applications": [{"application": ids.application, "findings": [finding]}]},
        "/v1/scoring/closing": season,
        "/v1/scoring/sending-back": season | {"reason": "越权的退回"},
        "/v1/scoring/decision": season | meeting,
    }


async def ask(office: RecognitionClient, method: str, path: str, ids: Ids, headers: dict[str, str]) -> httpx.Response:
    body = body_of(path, ids) if method in ("POST", "PUT") else None
    return await office.client.request(
        method,
        ids.put_into(path),
        params=asked_of(path, ids) if method == "GET" else {},
        json=body,
        headers={"If-Match": "*" if method == "POST" else '"1"'} | headers,
    )


def asked_of(path: str, ids: Ids) -> Mapping[str, str]:
    """What a list must be asked with."""
    of_season = path == "/v1/assessors" or path.startswith("/v1/scoring/")
    return {"season": ids.season} if of_season else ASKED.get(path, {})


def found(answer: httpx.Response) -> list[dict[str, object]]:
    """The items of a page, the outcomes of a bulk call, what is kept of a person, or the one thing that was shown."""
    if answer.headers["Content-Type"] != "application/json":
        return [{}]  # a file, of which nothing says whose it is
    said = answer.json()
    if "kinds" in said:
        return [row for kind in said["kinds"] for row in kind["rows"]]
    items: list[dict[str, object]] = said if isinstance(said, list) else said.get("items", [said])
    return items


async def state_of(office: RecognitionClient) -> list[object]:
    """Everything that a stranger could have changed."""
    rows = await office.sql(
        "select id, version, state from application union all select id, version, state from "
        "recognition union all select id, version, state from season order by id"
    )
    return [*rows, *await office.sql("select count(*) from consultation"), *await office.sql("select * from quota")]
