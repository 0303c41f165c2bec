"""Every reason to refuse a delivery is told by its name."""

import pytest

from shared.feeds.intake.refusals import DeliveryRefused
from shared.platform.deliveries.problems import named_refusal
from shared.platform.problems import problem_of

STATUSES = {
    "unknown-feed": 404,
    "delivery-too-large": 413,
    "unsupported-format": 415,
    "unsupported-encoding": 415,
    "delivery-undeclared": 422,
    "digest-mismatch": 422,
    "rows-mismatch": 422,
    "delivery-unreadable": 422,
    "outside-coverage": 422,
    "storage-full": 507,
}


def test_every_reason_has_a_status() -> None:
    assert {one.slug for one in DeliveryRefused.__subclasses__()} == set(STATUSES)


@pytest.mark.parametrize("reason", DeliveryRefused.__subclasses__(), ids=lambda one: one.slug)
def test_a_reason_is_told_as_it_was_said(reason: type[DeliveryRefused]) -> None:
    problem = problem_of(named_refusal(reason("请更正后重新报送")))
    told = (problem.status, problem.type, problem.title, problem.detail)
    assert told == (STATUSES[reason.slug], reason.slug, reason.title, "请更正后重新报送")
