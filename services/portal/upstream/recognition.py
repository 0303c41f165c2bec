"""What the pages read of the recognition service."""

import asyncio
import datetime as dt
import uuid
from urllib.parse import quote

from pydantic import Field

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read, read_versioned
from services.portal.upstream.whole import read_list
from shared.law.language.facts import prover_label


class SeasonAnswer(Answer):
    """A year's recognition in a county."""

    id: str
    county: str
    year: int
    state: str
    state_label: str
    opens_on: dt.date
    applications_until: dt.date
    decisions_until: dt.date
    benefits_from: dt.date


class RelaxedKindAnswer(Answer):
    """A kind of operator for whom the source is relaxed, and what usually proves it."""

    id: str
    title: str
    evidence: list[str]


class SeasonKindsAnswer(Answer):
    """What a season's rules say that its pages show."""

    operator_kinds: list[RelaxedKindAnswer]


class SeasonRulesAnswer(SeasonAnswer):
    """A season with its rules."""

    rules: SeasonKindsAnswer


class RecognitionAnswer(Answer):
    """A recognised household."""

    uscc: str
    name: str
    county: str
    category_label: str
    certificate: str
    state_label: str
    granted_on: dt.date
    valid_until: dt.date


class WithdrawalAnswer(Answer):
    """Why a certificate and its badge are not good any more."""

    reason_label: str
    since: dt.date


class CertificateAnswer(RecognitionAnswer):
    """What a certificate's code stands for."""

    issued_by: str
    path_label: str
    state: str
    withdrawal: WithdrawalAnswer | None


class NoticeSummaryAnswer(Answer):
    """A public notice."""

    id: str
    county: str
    state: str
    state_label: str
    opens_on: dt.date
    closes_on: dt.date
    right: str


class NoticeItemAnswer(Answer):
    """A household on notice."""

    uscc: str
    name: str
    category: str


class NoticeAnswer(NoticeSummaryAnswer):
    """A public notice with a page of its list."""

    items: list[NoticeItemAnswer]
    next: str | None = None


async def seasons(upstream: Upstream, region: str, year: int | None = None) -> list[SeasonAnswer]:
    """The region's seasons, of a year or of all."""
    return await read_list(upstream, SeasonAnswer, "/v1/seasons", {"region": region, "year": year})


async def recognitions(upstream: Upstream, region: str, category: str, cursor: str) -> Listed[RecognitionAnswer]:
    """Recognised households of a region."""
    query: Query = {"region": region, "category": category, "cursor": cursor, "limit": 50}
    return await read(upstream, Listed[RecognitionAnswer], "/v1/recognitions", query)


async def certificate(upstream: Upstream, code: str) -> CertificateAnswer:
    """What a certificate's code stands for."""
    return await read(upstream, CertificateAnswer, f"/v1/certificates/{quote(code, safe='')}")


async def notices(upstream: Upstream, region: str, cursor: str) -> Listed[NoticeSummaryAnswer]:
    """Public notices of a region."""
    query: Query = {"region": region, "cursor": cursor, "limit": 50}
    return await read(upstream, Listed[NoticeSummaryAnswer], "/v1/public-notices", query)


async def notice(upstream: Upstream, notice_id: str, cursor: str) -> NoticeAnswer:
    """A notice with a page of its list."""
    path = f"/v1/public-notices/{quote(notice_id, safe='')}"
    return await read(upstream, NoticeAnswer, path, {"cursor": cursor, "limit": 50})


class OwnHouseholdAnswer(Answer):
    """A household of whoever asks."""

    uscc: str
    name: str
    county: str
    registered: bool
    typed: bool


class CriterionAnswer(Answer):
    """One standard of a category, and what proves it: documents, or what a department holds already."""

    id: str
    title: str
    points: int | None = None
    proven_by: str | None = None
    evidence: list[str] = Field(default_factory=list)
    besides: list[str] = Field(default_factory=list)
    otherwise: list[str] = Field(default_factory=list)

    @property
    def prover(self) -> str:
        """Who proves it, by the name that people know; empty where documents do."""
        return prover_label(self.proven_by) if self.proven_by else ""

    @property
    def documents(self) -> list[str]:
        """What has to be handed in for it; what a department proves is not asked for."""
        return [*([] if self.proven_by else self.evidence), *self.besides]


class CategoryAnswer(Answer):
    """The standards of a category; `points_needed`: where they are scored."""

    criteria: list[CriterionAnswer]
    points_needed: int | None = None


class CriteriaAnswer(Answer):
    """The published standards of a year."""

    year: int
    document: str
    published_at: dt.datetime | None
    categories: dict[str, CategoryAnswer]


class ApplicationAnswer(Answer):
    """An application, by the operator or upon a department's recommendation."""

    id: str
    uscc: str
    name: str
    county: str
    season: str
    category: str | None
    category_reason: str | None
    criteria: list[str]
    kinds: list[str]
    proven_kinds: list[str]
    state: str
    state_label: str
    step: str
    step_label: str
    due_on: dt.date | None
    reason: str | None
    recommended_by_label: str | None
    submitted_at: dt.datetime | None


class ConsentAnswer(Answer):
    """The operator's consent to a recommendation."""

    on: dt.date


class RecommendationAnswer(ApplicationAnswer):
    """A department's recommendation."""

    consent: ConsentAnswer | None


class DocumentAnswer(Answer):
    """A document that was handed in."""

    id: str
    evidence: str
    name: str
    added_at: dt.datetime


class ConcernAnswer(Answer):
    """What an operator should look after."""

    sentence: str


class OwnRecognitionAnswer(Answer):
    """A recognition of whoever asks."""

    id: str
    uscc: str
    name: str
    county: str
    category_label: str
    certificate: str
    state: str
    state_label: str
    granted_on: dt.date
    valid_until: dt.date
    benefits_from: dt.date
    concerns: list[ConcernAnswer]


class ReportContentAnswer(Answer):
    """What was reported."""

    employees: int | None = None
    revenue_yuan: str | None = None
    honours: list[str] = Field(default_factory=list)
    changes: str | None = None


class ReportAnswer(Answer):
    """A year's information report of a recognition. `finding`: an officer's, or why it went back."""

    recognition: str
    uscc: str
    year: int
    state: str
    due_on: dt.date
    filed_at: dt.datetime | None
    content: ReportContentAnswer | None
    finding: str | None


class CreditConsentAnswer(Answer):
    """An institution that may read of a household's recognition."""

    id: str
    uscc: str
    institution: str
    given_at: dt.datetime
    until: dt.date
    withdrawn_at: dt.datetime | None


class DemandAnswer(Answer):
    """What a spot check asks an operator to hand in."""

    application: str
    name: str
    due_on: dt.date | None
    finding: str | None


async def own_households(upstream: Upstream) -> list[OwnHouseholdAnswer]:
    """All that the operator runs."""
    return (await read(upstream, Listed[OwnHouseholdAnswer], "/v1/households/mine")).items


async def criteria(upstream: Upstream, county: str, year: int) -> CriteriaAnswer | None:
    """What is published for a county and a year."""
    found = await read(upstream, Listed[CriteriaAnswer], "/v1/criteria", {"region": county, "year": year})
    return next((one for one in found.items if one.published_at is not None), None)


async def season(upstream: Upstream, season_id: str) -> SeasonRulesAnswer:
    """One season."""
    return await read(upstream, SeasonRulesAnswer, f"/v1/seasons/{quote(season_id, safe='')}")


async def own_applications(upstream: Upstream) -> list[ApplicationAnswer]:
    """The operator's, of all years."""
    return await read_list(upstream, ApplicationAnswer, "/v1/applications")


async def own_recommendations(upstream: Upstream) -> list[RecommendationAnswer]:
    """Recommendations of the operator's households."""
    return await read_list(upstream, RecommendationAnswer, "/v1/recommendations")


async def own_recognitions(upstream: Upstream) -> list[OwnRecognitionAnswer]:
    """The operator's recognitions, past ones too."""
    return (await read(upstream, Listed[OwnRecognitionAnswer], "/v1/recognitions/mine")).items


async def own_reports(upstream: Upstream, *years: int) -> list[ReportAnswer]:
    """The operator's information reports of some years."""
    path = "/v1/information-reports"
    lists = await asyncio.gather(*(read_list(upstream, ReportAnswer, path, {"year": year}) for year in years))
    return [one for reports in lists for one in reports]


async def own_demands(upstream: Upstream) -> list[DemandAnswer]:
    """What spot checks ask the operator for."""
    return (await read(upstream, Listed[DemandAnswer], "/v1/spot-checks/demands")).items


async def credit_consents(upstream: Upstream) -> list[CreditConsentAnswer]:
    """Which institutions the operator lets read."""
    return (await read(upstream, Listed[CreditConsentAnswer], "/v1/credit-consents")).items


async def application(upstream: Upstream, application_id: uuid.UUID) -> tuple[ApplicationAnswer, str]:
    """An application and its version."""
    return await read_versioned(upstream, ApplicationAnswer, f"/v1/applications/{application_id}")


async def recommendation(upstream: Upstream, recommendation_id: uuid.UUID) -> tuple[RecommendationAnswer, str]:
    """A recommendation and its version."""
    path = f"/v1/recommendations/{recommendation_id}"
    return await read_versioned(upstream, RecommendationAnswer, path)


async def documents(upstream: Upstream, application_id: uuid.UUID) -> list[DocumentAnswer]:
    """What was handed in with an application."""
    path = f"/v1/applications/{application_id}/documents"
    return (await read(upstream, Listed[DocumentAnswer], path)).items
