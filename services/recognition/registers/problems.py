"""What can be refused about the registers."""

from shared.platform.errors import Conflict, NotFound


class OperatorTooNew(Conflict):
    """The household has another operator since a short while only."""

    slug, title = "operator-too-new", "变更经营者不久，暂不能办理"


class HouseholdNotFound(NotFound):
    """The register has no such household that the caller may act for."""

    slug, title = "household-not-found", "没有这一户"
