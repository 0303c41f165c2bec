"""M5 as a kind: whatever somebody writes in a body is looked through for the numbers of people, in every service."""

import importlib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError

from deploy.services import SERVICES

PERSONAL = ("身份证410103197707077077", "电话13912345678")
"""A made-up id number and a made-up mobile number, each with a word, as no code of ours has it"""
ACCOUNT = "an account as the identity provider names it"
LOOKED_UP = "looked up among what there is, and refused if it is none of it"
SEALED = "sealed at rest; shown by unmasking"
LEFT_OUT: Mapping[str, str] = {
    "typing TrialBody.policy_text": "a draft of the law, which names offices and their telephones",
    "notification RuleBody.content": "a rule's words, which name offices and their telephones",
    "notification TrialBody.event": LOOKED_UP,
    "notification TrialBody.recent": LOOKED_UP,
    "support MeasureBody.contact": "the telephone of an office",
    "support AddresseesBody.expression": "an expression over known facts; whatever else is refused",
    "support DocumentBody.text": LOOKED_UP,
    "recognition AssessorBody.assessor": ACCOUNT,
    "recognition RelationsBody.assessor": ACCOUNT,
    "recognition AssignmentBody.assessors": ACCOUNT,
    "recognition RecusalBody.assessor": ACCOUNT,
    "objection AssignmentBody.to": ACCOUNT,
    "support SurveyBody.seed": "any word or number, from which a sample is drawn",
    "objection HearingBody.present": SEALED,
    "objection HearingBody.text": SEALED,
    "objection AnswerBody.row": SEALED,
    "notification SubscriptionBody.url": "the address of a system",
    "notification SubscriptionChange.url": "the address of a system",
    "notification OwnContactBody.consent": LOOKED_UP,
    "notification SubscriptionBody.event_types": LOOKED_UP,
    "notification SubscriptionChange.event_types": LOOKED_UP,
    "notification BulkResendingBody.code": LOOKED_UP,
    "notification BulkResendingBody.keys": LOOKED_UP,
}
"""Texts of bodies that take such a number, and why"""


def texts_of(kind: Any, path: str, constraints: tuple[object, ...] = ()) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The texts in a body of that kind, by their class and field, with their constraints."""
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        yield from texts_of(inner, path, (*constraints, *more))
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield from texts_of(field.annotation, f"{kind.__name__}.{name}", tuple(field.metadata))
    elif kind is str:
        yield path, constraints
    else:
        of_items = get_origin(kind) in (list, tuple, dict)
        for inner in get_args(kind):
            yield from texts_of(inner, path, () if of_items else constraints)


def bodies_of(dependant: Dependant) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The texts of a route's body."""
    for parameter in dependant.body_params:
        yield from texts_of(parameter.field_info.annotation, parameter.name, tuple(parameter.field_info.metadata))
    for further in dependant.dependencies:
        yield from bodies_of(further)


def takes(constraints: tuple[object, ...], text: str) -> bool:
    """Whether a field with these constraints takes the text."""
    try:
        TypeAdapter(Annotated[str, *constraints] if constraints else str).validate_python(text)
    except ValidationError:
        return False
    return True


def taking_personal_numbers(service: str, routers: list[APIRouter]) -> set[str]:
    """Fields of a service's bodies that take an id number or a mobile number."""
    return {
        f"{service} {path}"
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for path, constraints in bodies_of(route.dependant)
        if any(takes(constraints, text) for text in PERSONAL)
    }


def test_no_text_of_a_body_takes_somebodys_number() -> None:
    found: set[str] = set()
    for settings in SERVICES:
        name = settings.service_name()
        found |= taking_personal_numbers(name, importlib.import_module(f"services.{name}.service").SERVICE.routers)
    assert found == set(LEFT_OUT)


class Draft(BaseModel):
    """A body with a text that nobody looks through."""

    notes: list[Annotated[str | None, "anything"]] = []


def test_a_text_that_nobody_looks_through_is_found() -> None:
    router = APIRouter()

    @router.post("/drafts")
    async def post_draft(body: Draft) -> None: ...

    assert taking_personal_numbers("ledger", [router]) == {"ledger Draft.notes"}


@pytest.mark.parametrize("text", PERSONAL)
def test_a_field_without_constraints_takes_them_all(text: str) -> None:
    assert takes((), text)
