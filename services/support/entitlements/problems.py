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


class TooLongForWorkbook(Invalid):
    """A list that is too long for a workbook; CSV has it whole."""

    slug, title = "too-long-for-workbook", "名单太长，不能下载为 Excel 工作簿"


class NothingToReport(Conflict):
    """The measure is for no household, or its text is a draft for comments."""

    slug, title = "nothing-to-report", "这项措施不用报送"
    detail = "征求意见稿里的措施、监管执法的做法和部门自己的工作没有享受的户，不报送名单。"


class CommitmentStands(Conflict):
    """The household has signed before."""

    slug, title = "commitment-stands", "已经签过承诺"
    detail = "这一户已经签署过这项措施的告知承诺，不用再签。"


class CommitmentRevised(Conflict):
    """The measure was revised after the operator read it."""

    slug, title = "commitment-revised", "承诺的内容已经更改"
    detail = "您打开页面以后，这项措施有了新的版本。请看过现在的内容再签。"


class MeasureRefused(Conflict):
    """A department has found that the household does not meet it, or that a commitment was not kept."""

    slug, title = "measure-refused", "部门核实过，不能再签承诺"
    detail = "部门核实这一户不符合条件，或者以前的承诺没有做到。有不同意见的，请向办理的部门说明，由部门重新核实。"


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
