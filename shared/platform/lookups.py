"""What a caller asks for by its id: returned, or refused as not found."""

from typing import TypeVar

from shared.platform.errors import NotFound

T = TypeVar("T")


def or_404(found: T | None, error: NotFound | type[NotFound]) -> T:
    """Returns what a repository has found inside the caller's scope; raises the error if it found nothing.

    The answer is the same whether it does not exist or lies outside the scope.
    """
    if found is None:
        raise error
    return found
