"""What can be refused about rounds, their reports and differences."""

from shared.platform.errors import Conflict, Forbidden, MakerIsNotChecker, NotFound


class RoundNotFound(NotFound):
    """No such round, or none of the caller's region."""

    slug, what = "reconciliation-not-found", "这次对账"


class DifferenceNotFound(NotFound):
    """No such difference in the caller's region."""

    slug, what = "publication-difference-not-found", "这条差异"


class RoundUnderWay(Conflict):
    """The system is being reconciled, or is going to be."""

    slug, title = "reconciliation-under-way", "正在对账"
    detail = "与这个系统的对账正在进行，请等它完成。"


class DailyRoundFirst(Conflict):
    """The daily round is due: whoever orders others one after the other must not keep it from beginning."""

    slug, title = "daily-reconciliation-due", "先做例行对账"
    detail = "今天的例行对账到了时间，正要开始；请等它完成后再安排。"


class WithdrawalNeedsApprover(Forbidden):
    """An officer has records withdrawn one by one."""

    slug, title = "withdrawal-needs-approver", "须由审批人办理"
    detail = "一次请对方撤下多条，须由审批人办理；经办人可以逐条办理。"


class OtherNumber(Conflict):
    """There are more or fewer of them than the caller has seen."""

    slug, title = "differences-other-number", "条数不符"
    detail = "现有的条数与您写的不符，没有办理；请重新查看。"


class TooManyWithdrawals(Conflict):
    """So many records are not withdrawn from a national system by one order."""

    slug, title = "withdrawals-too-many", "一次撤下的太多"
    detail = "一次请对方撤下的条数超过了限额；请分地区办理，或逐条办理。"


class KindNotHeld(Conflict):
    """The system holds no records of that kind."""

    slug, title = "kind-not-held", "该系统没有这类数据"
    detail = "这类数据不向该系统上报，无须对账。"


class SystemNotConnected(Conflict):
    """The system is not set, or takes files only: nobody can ask what it holds."""

    slug, title = "system-not-connected", "没有接入这个系统"
    detail = "没有设置该系统的接口，或只能报送文件，不能对账。"


class DifferenceClosed(Conflict):
    """It is over."""

    slug, title = "publication-difference-closed", "差异已消除"
    detail = "后来的对账没有再发现这条差异，不需要处理。"


class RoundNotDone(Conflict):
    """A round that has not ended well has no report."""

    slug, title = "reconciliation-not-done", "对账没有完成"
    detail = "对账完成后才有报告。"


class ReportSigned(Conflict):
    """The report is signed: it does not change, and nobody signs it again."""

    slug, title = "reconciliation-signed", "报告已签署"
    detail = "这份报告已经签署，不能再签。"


class SignerTookPart(MakerIsNotChecker):
    """Whoever ordered repairs or decided on a difference of a report does not sign it."""

    detail = "您处理过这份报告里的差异，须由另一人签署。"


class SignerNameless(Forbidden):
    """The token names nobody who could stand under a report."""

    slug, title = "signer-nameless", "令牌没有写明姓名"
    detail = "签署报告的人须有姓名，您的令牌没有写明。"
