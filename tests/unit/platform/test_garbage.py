"""The garbage collector does not look at what stays."""

import gc
from collections.abc import Iterator

import pytest

from shared.platform.garbage import YOUNG, spare_what_stays


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_was_loaded_is_not_looked_at_again_and_what_comes_later_is() -> None:
    loaded: list[object] = []
    spare_what_stays()
    later: list[object] = []
    looked_at = {id(one) for one in gc.get_objects()}
    assert id(loaded) not in looked_at
    assert id(later) in looked_at
    assert gc.get_threshold()[0] == YOUNG
