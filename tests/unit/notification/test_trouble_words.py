"""What an officer is told of a call that led nowhere says what is known, and nothing that contradicts it."""

import pytest

from services.notification.publication.oversight.schemas import trouble_words
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.systems import System

SYSTEM = System.NATIONAL_DIRECTORY


def test_of_a_batch_that_was_refused_as_a_whole_nothing_is_tried_by_itself() -> None:
    words = trouble_words(SYSTEM, FORMATS[SYSTEM].codes[Reason.SEAL_DIFFERS], over=True)
    assert words is not None
    assert "整批没有受理" in words
    assert "自动" not in words.split("。")[0]


@pytest.mark.parametrize("code", ["ReadTimeout", "http-503", "unreadable"])
def test_without_a_complete_answer_nobody_says_that_it_was_not_taken(code: str) -> None:
    words = trouble_words(SYSTEM, code)
    assert words is not None
    assert "对方没有受理" not in words
    assert "查询" in words


@pytest.mark.parametrize("code", ["unreachable", "credentials", "forgotten"])
def test_codes_of_our_own_are_told_in_words(code: str) -> None:
    words = trouble_words(SYSTEM, code)
    assert words is not None
    assert code not in words


@pytest.mark.parametrize("reason", [Reason.UNKNOWN_BATCH, Reason.SEALED])
def test_what_the_platform_does_by_itself_is_told_once(reason: Reason) -> None:
    words = trouble_words(SYSTEM, FORMATS[SYSTEM].codes[reason])
    assert words is not None
    assert words.count("平台会") == 1


def test_without_trouble_there_are_no_words() -> None:
    assert trouble_words(SYSTEM, None) is None
