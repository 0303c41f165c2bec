"""Errors speak Chinese and repeat nothing of what was sent."""

import json
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from shared.platform.problems import STATUS_PROBLEMS, Problem, invalid_request, sentence_for, status_problem


class Colour(StrEnum):
    RED = "red"


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=2, max_length=3, pattern="^[a-z]+$")]
    number: Annotated[int, Field(ge=1, le=9)]
    share: Annotated[float, Field(gt=0, lt=1)]
    money: Decimal
    yes: bool
    day: date
    key: UUID
    colour: Colour
    word: Literal["a", "b"]
    items: Annotated[list[int], Field(min_length=1, max_length=2)]
    inner: dict[str, int]
    own: str

    @field_validator("own")
    @classmethod
    def never_right(cls, value: str) -> str:
        if value != "右":
            raise ValueError("这个值总是不对。")
        return value


WRONG: list[Any] = [None, "", "秘密-7", "x" * 9, -5, 100, 10**30, 1.5, True, [], [1, 2, 3], {}, {"秘密-7": "秘密-7"}]


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_every_sentence_is_chinese_and_quotes_nothing(value: Any) -> None:
    content = dict.fromkeys(Everything.model_fields, value) | {"unknown": value}
    with pytest.raises(ValidationError) as refused:
        Everything.model_validate(content)
    for error in refused.value.errors():
        sentence = sentence_for(error)
        assert any("\u4e00" <= character <= "\u9fff" for character in sentence), error
        assert "秘密" not in sentence
        assert "…" not in sentence, "a number is missing from the sentence"


def test_a_validators_own_sentence_is_told() -> None:
    with pytest.raises(ValidationError) as refused:
        Everything.model_validate({"own": "x"})
    assert "这个值总是不对。" in {sentence_for(error) for error in refused.value.errors()}


def test_a_problem_is_an_rfc_9457_document() -> None:
    answer = Problem(409, "run-published", "已发布", "批次已经发布。", run="7").response("/v1/runs/7")
    assert answer.media_type == "application/problem+json"
    assert json.loads(bytes(answer.body)) == {
        "type": "/problems/run-published",
        "title": "已发布",
        "status": 409,
        "detail": "批次已经发布。",
        "instance": "/v1/runs/7",
        "run": "7",
    }


def test_even_broken_unicode_can_be_told() -> None:
    assert invalid_request(("body.\ud800", "extra_forbidden", "不是已知的字段。")).response().status_code == 422


def test_the_types_of_general_problems_are_stable_and_distinct() -> None:
    slugs = [slug for slug, _, _ in STATUS_PROBLEMS.values()]
    assert len(set(slugs)) == len(slugs)
    assert status_problem(404).type == "not-found"
    assert (status_problem(418).status, status_problem(418).type) == (418, "bad-request")
    assert (status_problem(599).status, status_problem(599).type) == (599, "server-error")
