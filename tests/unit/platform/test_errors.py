"""Named errors: what they are called, how the edge answers them, and which of them an endpoint can meet."""

from collections.abc import Callable
from enum import StrEnum
from types import SimpleNamespace

import pytest
from fastapi import Depends, FastAPI

from shared.platform import errors
from shared.platform.errors import Conflict, Invalid, MakerIsNotChecker, NotFound, ServiceError
from shared.platform.lookups import or_404
from shared.platform.problems import STATUS_OF_KIND, problem_of, status_of
from shared.platform.reachable_errors import errors_of, reachable
from shared.platform.state_machine import StateMachine


class BookNotFound(NotFound):
    """No such book."""

    slug, what = "book-not-found", "这本账册"


class BookClosed(Conflict):
    """The book is closed."""

    slug, title, detail = "book-closed", "账册已结", "本年账册已经结账"


class EntryWrong(Invalid):
    """An entry that cannot be right."""

    slug, title = "entry-wrong", "分录有误"


def test_a_name_makes_the_usual_title_and_sentence() -> None:
    assert (BookNotFound.title, BookNotFound().detail) == ("没有这本账册", "没有这本账册，或不在您的管辖范围内")
    assert BookNotFound("没有这本账册").detail == "没有这本账册"


def test_an_error_is_told_with_its_sentence_and_members() -> None:
    problem = problem_of(EntryWrong("金额不能为负", reasons=["金额"]))
    assert (problem.status, problem.type, problem.detail, problem.extra) == (
        422,
        "entry-wrong",
        "金额不能为负",
        {"reasons": ["金额"]},
    )


def test_every_kind_of_error_has_a_status() -> None:
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, ServiceError)]
    assert {status_of(kind) for kind in kinds if kind is not ServiceError} == set(STATUS_OF_KIND.values())
    assert status_of(MakerIsNotChecker) == 403


def test_its_text_says_nothing_of_anybody() -> None:
    assert str(EntryWrong("张三的金额不能为负")) == "entry-wrong"


def test_what_is_there_is_given_and_what_is_not_is_refused() -> None:
    assert or_404("账册", BookNotFound) == "账册"
    with pytest.raises(BookNotFound):
        or_404(None, BookNotFound)
    with pytest.raises(BookNotFound, match="book-not-found"):
        or_404(None, BookNotFound("没有"))


def close(amount: int) -> None:
    """Refuses in a function inside."""

    def check() -> None:
        if amount < 0:
            raise EntryWrong

    check()


def opened() -> str:
    """A dependency that refuses."""
    raise BookClosed


async def read_book() -> str:
    """An endpoint that refuses by itself."""
    raise BookNotFound


async def write_book(amount: int, _: str = Depends(opened)) -> str:
    """An endpoint that calls what refuses."""
    close(amount)
    return ""


@pytest.mark.parametrize(
    ("endpoint", "expected"), [(read_book, [BookNotFound]), (write_book, [BookClosed, EntryWrong])]
)
def test_the_errors_of_an_endpoint_are_those_that_its_steps_name(
    endpoint: Callable[..., object], expected: list[type[ServiceError]]
) -> None:
    app = FastAPI()
    app.add_api_route("/book", endpoint)
    route = next(one for one in app.routes if getattr(one, "path", "") == "/book")
    assert errors_of(route.dependant) == expected  # type: ignore[attr-defined]  # an API route


class Shelf:
    """A class with a method that refuses and one that does not."""

    def label(self) -> str:
        """Refuses nothing."""
        return "架"

    def lock(self) -> None:
        """Refuses."""
        raise BookClosed


class BookState(StrEnum):
    """What a book can be."""

    OPEN = "open"
    CLOSED = "closed"


BOOK = StateMachine(
    "账册",
    {BookState.OPEN: {BookState.CLOSED}, BookState.CLOSED: set()},
    {BookState.OPEN: "未结", BookState.CLOSED: "已结"},
    error=BookClosed,
)
elsewhere = SimpleNamespace(read_book=len)


async def read_label() -> str:
    """Reads only: a state's label, a method that refuses nothing, an attribute called as an endpoint that refuses."""
    return BOOK.label(BookState.OPEN) + Shelf().label() + str(elsewhere.read_book(""))


async def close_book() -> None:
    """Changes a state."""
    BOOK.require(BookState.OPEN, BookState.CLOSED)


async def lock_shelf() -> None:
    """Calls the method that refuses."""
    shelf = Shelf()
    shelf.lock()


async def close_passed_on() -> None:
    """Hands the machine on."""
    machine = BOOK
    machine.require(BookState.OPEN, BookState.CLOSED)


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [(read_label, []), (close_book, [BookClosed]), (lock_shelf, [BookClosed]), (close_passed_on, [BookClosed])],
)
def test_a_read_that_only_looks_at_what_could_refuse_lists_no_refusal(
    endpoint: Callable[..., object], expected: list[type[ServiceError]]
) -> None:
    assert [one for one in reachable([endpoint]) if isinstance(one, type) and issubclass(one, ServiceError)] == expected
