"""M2 as a kind: a route that shows staff what is not for everybody tells the audit so, or its reason is here."""

import ast
import importlib
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from deploy.services import SERVICES
from shared.platform.identity import STAFF, Caller, Role, access_of, allow

RECORDS = frozenset({"record_read", "audit.record", "unmask"})
"""Functions that write who reads what"""
OWN = "one's own tasks, messages and work"
FIGURES = "counts, dates and progress"
FILES = "how a bureau's files were received: counts, and keys of rows without their content"
RULES = "rules, numbers and texts of an installation"
STATES = "which household of the region is at which step, which the directory or a public list shows as well"
SENT = "what was published, which anybody may read, and how the systems took it"
PARTS = "parts of a case that is read before, which is an entry; a document itself is one of its own"
OFFICIALS = "names of officials in their office"
MASKED = "masked; in clear by unmasking alone"
LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "typing /v1/annual-report-closings",
            "typing /v1/number-settings",
            "typing /v1/number-settings/{setting_id}",
            "objection /v1/objection-periods",
            "notification /v1/rules",
            "notification /v1/rules/drafts",
            "notification /v1/rules/recent-events",
            "notification /v1/rules/{name}/versions",
            "notification /v1/rules/{name}/versions/{version}",
            "notification /v1/subscriptions",
            "notification /v1/subscriptions/{subscription_id}",
            "notification /v1/subscriptions/{subscription_id}/deliveries",
            "notification /v1/templates",
            "support /v1/measure-revisions",
            "support /v1/measure-revisions/{revision_id}",
            "support /v1/support-rules/orders",
        ),
        RULES,
    ),
    **dict.fromkeys(
        (
            "typing /v1/corrections",
            "typing /v1/moves",
            "typing /v1/moves/{move_id}",
            "recognition /v1/bans",
            "recognition /v1/public-notices/{notice_id}/paper",
            "recognition /v1/seasons/{season_id}/paper",
            "recognition /v1/confirmations",
            "recognition /v1/consultations",
            "recognition /v1/evaluations/agreements",
            "recognition /v1/pool",
            "recognition /v1/recognitions/concerns",
            "recognition /v1/recognitions/due",
            "recognition /v1/recognitions/files",
            "recognition /v1/seasons/{season_id}/filing",
            "recognition /v1/spot-checks/{check_id}/population",
            "objection /v1/correction-items",
            "objection /v1/correction-items/{item_id}",
            "objection /v1/deadlines",
            "objection /v1/directory-objections",
            "objection /v1/verifications",
        ),
        STATES,
    ),
    **dict.fromkeys(
        (
            "typing /v1/deliveries",
            "typing /v1/deliveries/{delivery_id}",
            "typing /v1/deliveries/{delivery_id}/rejects",
            "typing /v1/deliveries/{delivery_id}/waiting",
            "typing /v1/pulls",
            "typing /v1/refused-deliveries",
            "recognition /v1/deliveries/{delivery_id}",
            "recognition /v1/deliveries/{delivery_id}/rejects",
            "recognition /v1/deliveries/{delivery_id}/waiting",
            "recognition /v1/refused-deliveries",
            "notification /v1/deliveries/{delivery_id}",
            "notification /v1/deliveries/{delivery_id}/rejects",
            "notification /v1/refused-deliveries",
            "support /v1/deliveries/{delivery_id}",
            "support /v1/deliveries/{delivery_id}/rejects",
            "support /v1/inspection-deliveries",
            "support /v1/refused-deliveries",
        ),
        FILES,
    ),
    **dict.fromkeys(
        (
            "typing /v1/runs",
            "typing /v1/runs/{run_id}",
            "typing /v1/runs/{run_id}/comparison",
            "typing /v1/runs/{run_id}/plausibility",
            "typing /v1/runs/{run_id}/readings",
            "typing /v1/runs/{run_id}/trials",
            "typing /v1/trials/{trial_id}",
            "typing /v1/trials/{trial_id}/comparison",
            "recognition /v1/scoring/progress",
            "recognition /v1/seasons/{season_id}/filings",
            "recognition /v1/spot-checks",
            "recognition /v1/spot-checks/{check_id}",
            "recognition /v1/statistics/progress",
            "recognition /v1/tasks/totals",
            "objection /v1/objections/totals",
            "objection /v1/oversight/statistics",
            "objection /v1/oversight/statistics/export",
            "notification /v1/messages/counts",
            "notification /v1/publications/base-checks/{check_id}/counts",
            "support /v1/measures/{measure}/effect",
            "support /v1/problems/statistics",
            "support /v1/quarterly-analyses",
            "support /v1/quarterly-analyses/{quarter}",
            "support /v1/quarterly-analyses/{quarter}/table",
            "support /v1/surveys",
            "support /v1/surveys/{survey_id}",
            "support /v1/surveys/{survey_id}/results",
            "support /v1/work-reports",
            "support /v1/work-reports/{report_id}",
        ),
        FIGURES,
    ),
    **dict.fromkeys(
        (
            "typing /v1/runs/{run_id}/national-directory",
            "notification /v1/publications",
            "notification /v1/publications/base-checks",
            "notification /v1/publications/base-checks/{check_id}",
            "notification /v1/publications/base-checks/{check_id}/differences",
            "notification /v1/publications/base-checks/{check_id}/differences/table",
            "notification /v1/publications/batches",
            "notification /v1/publications/batches/{batch_id}",
            "notification /v1/publications/batches/{batch_id}/file",
            "notification /v1/publications/batches/{batch_id}/handover",
            "notification /v1/publications/batches/{batch_id}/manifest",
            "notification /v1/publications/batches/{batch_id}/package",
            "notification /v1/publications/differences",
            "notification /v1/publications/held-back",
            "notification /v1/publications/held-back/table",
            "notification /v1/publications/held-back/unnamed",
            "notification /v1/publications/households/{uscc}",
            "notification /v1/publications/reconciliations",
            "notification /v1/publications/reconciliations/{round_id}",
            "notification /v1/publications/reconciliations/{round_id}/counties",
            "notification /v1/publications/reconciliations/{round_id}/differences/table",
            "notification /v1/publications/reconciliations/{round_id}/report",
            "notification /v1/publications/rejections",
            "notification /v1/publications/systems",
        ),
        SENT,
    ),
    **dict.fromkeys(
        (
            "recognition /v1/recognitions/adopted/{adoption_id}/documents",
            "recognition /v1/applications/{application_id}/documents",
            "objection /v1/decisions/{decision_id}",
            "objection /v1/objections/{objection_id}/assignment",
            "objection /v1/objections/{objection_id}/deadlines",
            "objection /v1/objections/{objection_id}/decisions",
            "objection /v1/objections/{objection_id}/documents",
            "objection /v1/objections/{objection_id}/grounds",
            "objection /v1/objections/{objection_id}/history",
        ),
        PARTS,
    ),
    **dict.fromkeys(
        (
            "recognition /v1/assessors",
            "objection /v1/officers",
            "support /v1/household-officials",
        ),
        OFFICIALS,
    ),
    **dict.fromkeys(
        (
            "recognition /v1/scoring/mine",
            "recognition /v1/tasks",
            "notification /v1/inbox",
            "notification /v1/inbox/unread",
            "notification /v1/own-contact",
        ),
        OWN,
    ),
    **dict.fromkeys(
        (
            "objection /v1/objections/{objection_id}/hearings",
            "objection /v1/objections/{objection_id}/objector",
            "notification /v1/contacts/{uscc}",
            "notification /v1/mailboxes",
            "notification /v1/mailboxes/{department}/{region}",
            "notification /v1/messages",
            "notification /v1/publications/hand-ins",
            "notification /v1/publications/hand-ins/waiting",
        ),
        MASKED,
    ),
}
"""Routes for staff that show no data of people, or show it masked, and why"""


def functions_called(function: Callable[..., Any], depth: int = 3) -> Iterator[str]:
    """Names of what a function of ours calls, and what those call that are of the services."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        holder = getattr(getattr(node.func, "value", None), "id", "")
        yield f"{holder}.{name}" if holder == "audit" else name
        called = getattr(sys.modules[function.__module__], name, None)
        if depth and inspect.isfunction(called) and called.__module__.startswith("services."):
            yield from functions_called(called, depth - 1)


def unaudited(service: str, routers: list[APIRouter]) -> set[str]:
    """Routes of a service that staff may read, of which the audit hears nothing."""
    return {
        f"{service} {route.path}"
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
        for access in [access_of(route.dependant, route.path)]
        if not access.public and access.roles & STAFF and RECORDS.isdisjoint(functions_called(route.endpoint))
    }


def test_what_staff_read_of_people_is_in_the_audit() -> None:
    found: set[str] = set()
    for settings in SERVICES:
        name = settings.service_name()
        if name != "portal":  # it reads through the others
            found |= unaudited(name, importlib.import_module(f"services.{name}.service").SERVICE.routers)
    assert found == set(LEFT_OUT)


def test_a_route_that_tells_the_audit_nothing_is_found() -> None:
    router = APIRouter()

    @router.get("/cases")
    async def list_cases(_caller: Annotated[Caller, allow(Role.OFFICER)]) -> list[str]:
        return []

    assert unaudited("ledger", [router]) == {"ledger /cases"}
