"""What a caller asks for by its id: there, or refused as not found."""

from typing import TypeVar

from shared.platform.errors import NotFound

T = TypeVar("T")


def or_404(found: T | None, error: NotFound | type[NotFound]) -> T:
    """What a repository has found inside the caller's scope; the error where there is nothing.

    The answer is the same whether it does not exist or lies outside the scope.
    """
    if found is None:
        raise error
    return found
