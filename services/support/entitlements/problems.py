"""What can be refused about entitlements, reports and commitments."""

from shared.platform.errors import Conflict, Forbidden, Invalid, MakerIsNotChecker, NotFound


class HouseholdNotFound(NotFound):
    """There is no such household in the caller's region, or it is not the operator's own."""

    slug, what = "household-not-found", "这一户"


class NotItsDepartment(Forbidden):
    """The measure is another department's."""

    slug, title = "measure-of-another-department", "不是本部门的措施"
    detail = "名单由负责或配合这项措施、或者要核实它的条件的部门领取和报送。"


class ReportWrong(Invalid):
    """Rows of a report that cannot be taken; nothing of it was."""

    slug, title = "report-wrong", "报送的名单有错"


class NoCommitment(Conflict):
    """The measure asks for no commitment."""

    slug, title = "no-commitment", "这项措施不用告知承诺"
    detail = "这项措施没有写告知承诺的内容。"


class NotAddressed(Conflict):
    """The measure is not for this household."""

    slug, title = "not-addressed", "这项措施的对象不包括这一户"
    detail = "按现在的数据，这一户不是这项措施的对象。"


class CommitmentNotFound(NotFound):
    """There is no such commitment in the caller's region."""

    slug, what = "commitment-not-found", "这份承诺"


class CommitmentChecked(Conflict):
    """The commitment was checked before."""

    slug, title, detail = "commitment-checked", "已经核查过", "这份承诺已经核查过，结果不再改变。"


class OwnCommitment(MakerIsNotChecker):
    """Who signed a commitment checks it."""

    detail = "承诺由签署以外的人核查。"
