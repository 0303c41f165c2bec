"""Errors that a caller is told about, by name. Rules and services raise them and know no HTTP.

    class RunNotFound(NotFound):
        slug, what = "run-not-found", "这个批次"

    raise RunNotFound
    raise PublicationRefused("；".join(reasons), reasons=reasons)

The base class says what kind of refusal it is. At the edge `shared.platform.problems` turns an error into problem
details of type `/problems/<slug>`; slugs are part of the API and never change. Two errors may share a slug where
callers need not tell them apart.
"""

from typing import Any, ClassVar


class ServiceError(Exception):
    """An error with a stable slug, a Chinese title, a Chinese sentence, and members that go into the answer."""

    slug: ClassVar[str]
    title: ClassVar[str]
    detail: str = ""

    def __init__(self, detail: str = "", **members: Any) -> None:  # noqa: ANN401 - members of a JSON object
        super().__init__(self.slug)
        if detail:
            self.detail = detail
        self.members = members


class NotFound(ServiceError):
    """It does not exist, or the caller may not know that it does. `what` alone makes the usual title and sentence."""

    what: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Says the same of whatever does not exist and of whatever lies outside the caller's region."""
        what = cls.__dict__.get("what")
        if what is not None:
            cls.title, cls.detail = f"没有{what}", f"没有{what}，或不在您的管辖范围内"


class Forbidden(ServiceError):
    """The caller may not do this."""


class MakerIsNotChecker(Forbidden):
    """Somebody decides on their own work: another person must."""

    slug, title = "maker-is-not-checker", "须由另一人办理"


class Conflict(ServiceError):
    """The present state does not allow it."""


class Invalid(ServiceError):
    """What the caller sent cannot be used."""


class Gone(ServiceError):
    """It existed and was removed."""


class TooLarge(ServiceError):
    """More than one call may carry."""


class NoRoom(ServiceError):
    """There is no space left to store it; later there may be."""


class TooMany(ServiceError):
    """So much has been asked for that is not done yet; later there may be room."""


class UnsupportedType(ServiceError):
    """Content of a type that is not taken."""


class Unavailable(ServiceError):
    """Somebody else's answer is needed and does not come; later it may."""


class Unreadable(ServiceError):
    """What is stored cannot be read any more: no fault of the caller's."""


class VersionMissing(ServiceError):
    """A decision that does not name the version that it rests on."""


class VersionMismatch(ServiceError):
    """A decision that rests on another version than the stored one."""
