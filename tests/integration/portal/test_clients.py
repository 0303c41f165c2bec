"""The portal's models of answers, held against the services' committed descriptions."""

import inspect
import json
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from services.portal import upstream
from services.portal.upstream import (
    notification,
    objection,
    recognition,
    staff_notification,
    staff_objection,
    staff_recognition,
    staff_typing,
    typing,
)
from services.portal.upstream.calls import Answer, Change, Listed, Upstream, send
from services.portal.upstream.problems import Absent, QueryRefused
from tests.integration.portal.answers import ANSWERS
from tests.integration.portal.own_answers import OWN_ANSWERS
from tests.integration.portal.staff_schemas import MODULES, STAFF_SCHEMAS

COMPARED = (
    typing,
    recognition,
    notification,
    objection,
    staff_typing,
    staff_recognition,
    staff_objection,
    staff_notification,
    *MODULES,
)
FORM_FIELDS = {
    "body.category_reason": "category_reason",
    "body.content.honours.3": "honours",
    "body.grounds.0.kind": "kind",
    "header.content-digest": "content-digest",
    "0": "",
}
"""By what a problem names: the field of a form"""
OPENAPI = Path(__file__).parents[3] / "docs" / "contracts" / "openapi"
SCHEMAS: Mapping[type[Answer], tuple[str, str]] = {
    typing.HouseholdAnswer: ("typing", "HouseholdView"),
    typing.CitationAnswer: ("typing", "CitationView"),
    typing.SentenceAnswer: ("typing", "SentenceView"),
    typing.MissingFactAnswer: ("typing", "MissingFactView"),
    typing.EndingAnswer: ("typing", "ExpiryView"),
    typing.StepAnswer: ("typing", "RecourseStepView"),
    typing.RecourseAnswer: ("typing", "RecourseView"),
    typing.ReadingAnswer: ("typing", "ReadingView"),
    typing.ExplanationAnswer: ("typing", "ExplanationView"),
    typing.PolicyAnswer: ("typing", "PolicyView"),
    typing.StatisticAnswer: ("typing", "StatisticView"),
    recognition.SeasonAnswer: ("recognition", "SeasonSummary"),
    recognition.SeasonRulesAnswer: ("recognition", "SeasonView"),
    recognition.SeasonKindsAnswer: ("recognition", "RulesView"),
    recognition.RelaxedKindAnswer: ("recognition", "OperatorKindView"),
    recognition.RecognitionAnswer: ("recognition", "RecognitionView"),
    recognition.WithdrawalAnswer: ("recognition", "WithdrawalView"),
    recognition.CertificateAnswer: ("recognition", "CertificateView"),
    recognition.NoticeSummaryAnswer: ("recognition", "NoticeSummary"),
    recognition.NoticeItemAnswer: ("recognition", "NoticeItemView"),
    recognition.NoticeAnswer: ("recognition", "NoticeView"),
    recognition.OwnHouseholdAnswer: ("recognition", "OwnHouseholdView"),
    recognition.CriterionAnswer: ("recognition", "CriterionBody"),
    recognition.CategoryAnswer: ("recognition", "CategoryBody"),
    recognition.CriteriaAnswer: ("recognition", "CriteriaView"),
    recognition.ApplicationAnswer: ("recognition", "ApplicationView"),
    recognition.ConsentAnswer: ("recognition", "ConsentView"),
    recognition.RecommendationAnswer: ("recognition", "RecommendationView"),
    recognition.DocumentAnswer: ("recognition", "DocumentView"),
    recognition.ConcernAnswer: ("recognition", "ConcernView"),
    recognition.OwnRecognitionAnswer: ("recognition", "OwnRecognitionView"),
    recognition.ReportContentAnswer: ("recognition", "ReportContentBodyOutput"),
    recognition.ReportAnswer: ("recognition", "ReportView"),
    recognition.CreditConsentAnswer: ("recognition", "CreditConsentView"),
    recognition.DemandAnswer: ("recognition", "CheckItemView"),
    objection.GroundOptionAnswer: ("objection", "GroundOptionView"),
    objection.BureauAnswer: ("objection", "BureauView"),
    objection.GroundsAnswer: ("objection", "GroundsView"),
    staff_typing.FindingAnswer: ("typing", "FeedFinding"),
    staff_typing.RunAnswer: ("typing", "RunView"),
    staff_typing.ChangeAnswer: ("typing", "ChangeView"),
    staff_typing.ProofAnswer: ("typing", "ProofView"),
    staff_typing.ComparisonAnswer: ("typing", "ComparisonView"),
    staff_typing.MoveAnswer: ("typing", "MovesMoveView"),
    staff_typing.DeliveryAnswer: ("typing", "DeliveryView"),
    staff_typing.RefusedDeliveryAnswer: ("typing", "RefusedDeliveryView"),
    staff_recognition.TaskAnswer: ("recognition", "TaskView"),
    staff_recognition.TaskTotalAnswer: ("recognition", "TaskTotalView"),
    staff_recognition.ToVerifyAnswer: ("recognition", "ToVerifyView"),
    staff_recognition.AboutAnswer: ("recognition", "ObjectionView"),
    staff_recognition.ApplicationAnswer: ("recognition", "ApplicationView"),
    staff_recognition.ApplicationFileAnswer: ("recognition", "ApplicationFileView"),
    staff_recognition.DocumentAnswer: ("recognition", "DocumentView"),
    staff_recognition.ConcernAnswer: ("recognition", "ConcernView"),
    staff_recognition.DossierAnswer: ("recognition", "DossierView"),
    staff_objection.StateTotalAnswer: ("objection", "StateTotal"),
    staff_objection.ListedObjectionAnswer: ("objection", "ListedObjection"),
    staff_notification.SentAnswer: ("notification", "InboxMessageView"),
    staff_notification.ToldAnswer: ("notification", "ToldView"),
    staff_notification.KindCountAnswer: ("notification", "KindCount"),
    staff_notification.SystemAnswer: ("notification", "SystemView"),
    staff_notification.RowAnswer: ("notification", "RowView"),
    staff_notification.AtSystemAnswer: ("notification", "AtSystem"),
    staff_notification.PublishedHouseholdAnswer: ("notification", "HouseholdView"),
    staff_notification.UnreadAnswer: ("notification", "UnreadView"),
    notification.NotificationAnswer: ("notification", "NotificationView"),
    notification.UnreadAnswer: ("notification", "UnreadView"),
    notification.CategoryChoiceAnswer: ("notification", "CategoryView"),
    notification.DeliveredContactAnswer: ("notification", "DeliveredContactView"),
    notification.OwnValuesAnswer: ("notification", "OwnValuesView"),
    notification.WordsAnswer: ("notification", "WordsView"),
    notification.OwnContactAnswer: ("notification", "OwnContactView"),
    **STAFF_SCHEMAS,
}


def described(service: str) -> dict[str, Any]:
    """A service's committed description."""
    found: dict[str, Any] = json.loads((OPENAPI / f"{service}.json").read_text("utf-8"))
    return found


def test_every_model_is_compared() -> None:
    named = {one.name for one in pkgutil.iter_modules(upstream.__path__)} - {"calls", "problems", "whole"}
    assert named == {one.__name__.rpartition(".")[2] for one in COMPARED}
    models = {
        one
        for module in COMPARED
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, Answer) and not issubclass(one, Listed) and one.__module__ == module.__name__
    }
    assert models == set(SCHEMAS)


@pytest.mark.parametrize("model", SCHEMAS, ids=lambda model: f"{model.__module__.rpartition('.')[2]}.{model.__name__}")
def test_what_a_page_reads_is_always_answered(model: type[Answer]) -> None:
    service, name = SCHEMAS[model]
    schema = described(service)["components"]["schemas"][name]
    assert set(model.model_fields) - set(schema["properties"]) == set()
    demanded = {field for field, one in model.model_fields.items() if one.is_required()}
    assert demanded - set(schema.get("required", ())) == set()


@pytest.mark.parametrize("name", [".", ".."])
async def test_an_id_that_leads_out_of_its_address_is_nobodys(name: str) -> None:
    """Naive: `/v1/tasks/../claim` asks for `/v1/claim`, whatever that is."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200)

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://stand-in")
    with pytest.raises(Absent):
        await send(Upstream("认定", client), "POST", f"/v1/tasks/{name}/claim", Change("key"))
    assert asked == []


async def test_a_fault_in_a_list_is_told_at_the_field_of_the_list() -> None:
    """Naive: the field is called 3, and no field of the form is."""
    errors = [{"field": field, "message": "不行。", "code": "wrong"} for field in FORM_FIELDS]
    refused = httpx.Response(422, json={"title": "不合要求", "detail": "不合要求。", "errors": errors})
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: refused), base_url="http://stand-in")
    with pytest.raises(QueryRefused) as caught:
        await send(Upstream("认定", client), "POST", "/v1/anything", Change("key", {}))
    assert [field for field, _ in caught.value.faults] == list(FORM_FIELDS.values())


@pytest.mark.parametrize("path", ANSWERS)
def test_the_stand_ins_answer_as_the_services_do(path: str) -> None:
    """Where two services answer at the same path, as the one that a page asks."""
    shapes = list(shapes_at(path))
    assert shapes, f"no service answers at {path}"
    faults = [
        [one.message for one in jsonschema.Draft202012Validator(shape).iter_errors(ANSWERS[path])] for shape in shapes
    ]
    assert [] in faults, faults


def shapes_at(path: str) -> Iterator[Mapping[str, Any]]:
    """What the services that are open to the public answer at a path."""
    for service in ("typing", "recognition", "support"):
        known = described(service)
        for pattern, operations in known["paths"].items():
            if matches(pattern, path):
                shape = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
                yield {**shape, "components": known["components"]}


@pytest.mark.parametrize("path", OWN_ANSWERS)
def test_what_an_operator_is_answered_is_as_described(path: str) -> None:
    service, answer = OWN_ANSWERS[path]
    known = described(service)
    exact = known["paths"].get(path)
    found = exact or next(one for pattern, one in known["paths"].items() if matches(pattern, path))
    schema = found["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(answer, {**schema, "components": known["components"]})


def matches(pattern: str, path: str) -> bool:
    """Whether a path is one of a route's; names in braces stand for anything but a known word."""
    given, said = path.split("/"), pattern.split("/")
    return len(given) == len(said) and all(
        one == two or one.startswith("{") for one, two in zip(said, given, strict=True)
    )
