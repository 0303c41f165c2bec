"""What is known of a first violation, and shares that rise with the risk."""

import pytest
from hypothesis import given, strategies as st

from services.support.inspections.domain import TYPES, FirstViolation, RiskClass, first_violation, rises, share_of
from shared.law.model.support import SupportNumber


@given(records=st.integers(0, 3), covered=st.booleans(), unreadable=st.booleans())
def test_that_there_is_no_record_is_said_only_where_everything_was_delivered_and_read(
    records: int, covered: bool, unreadable: bool
) -> None:
    known = first_violation(records, covered, unreadable)
    assert (known is FirstViolation.RECORDED) == (records > 0)
    assert (known is FirstViolation.NONE) == (not records and covered and not unreadable)


@given(st.lists(st.none() | st.integers(0, 100), min_size=4, max_size=4))
def test_shares_rise_with_the_risk_unless_two_that_are_set_fall(shares: list[int | None]) -> None:
    pairs = [(low, high) for place, low in enumerate(shares) for high in shares[place:]]
    falls = any(low is not None and high is not None and low > high for low, high in pairs)
    assert rises(shares) is not falls


def test_every_class_and_type_has_a_share_of_its_own() -> None:
    named = {share_of(one, name) for one in RiskClass for name in TYPES}
    assert named == {one for one in SupportNumber if one.startswith("inspection_share_")}
    assert len(named) == 12
    with pytest.raises(ValueError, match="ineligible"):
        share_of(RiskClass.A, "ineligible")
