"""What is a worse type: whoever loses development or growth, or becomes ineligible, loses."""

import itertools

import pytest

from services.typing.retyping.domain import is_worse
from shared.law.model.outcome import HouseholdType

ORDER = [
    {HouseholdType.INELIGIBLE},
    {HouseholdType.SURVIVAL, HouseholdType.GAP, HouseholdType.UNDETERMINED},
    {HouseholdType.GROWTH},
    {HouseholdType.DEVELOPMENT},
]


@pytest.mark.parametrize(("before", "after"), list(itertools.product(HouseholdType, HouseholdType)))
def test_a_type_is_worse_that_opens_less_than_the_one_before(before: HouseholdType, after: HouseholdType):
    place = {kind: place for place, kinds in enumerate(ORDER) for kind in kinds}
    assert is_worse(before, after) is (place[after] < place[before])
