"""What can be refused when measures are entered, checked, published and retired."""

from shared.platform.errors import Conflict, Forbidden, Invalid, MakerIsNotChecker, NotFound


class MeasureNotFound(NotFound):
    """There is no such measure."""

    slug, title, detail = "measure-not-found", "没有这项措施", "没有这项帮扶措施，或者它已经停止"


class RevisionNotFound(NotFound):
    """There is no such revision in the caller's region."""

    slug, what = "measure-revision-not-found", "这份录入的措施"


class MeasureWrong(Invalid):
    """What was entered is no measure; the detail says what is wrong and what would be right."""

    slug, title = "measure-wrong", "措施写得不对"


class RevisionOpen(Conflict):
    """There is a revision of the measure that is not published yet."""

    slug, title = "measure-revision-open", "这项措施有一份还没有发布的修订"


class RevisionElsewhere(Conflict):
    """The revision is not in the state that this needs."""

    slug, title = "measure-revision-state", "现在不能这样办理"


class MeasureOfAnotherRegion(Conflict):
    """A measure of this name belongs to another region."""

    slug, title = "measure-of-another-region", "这个编号是另一个地区的措施"


class MeasureOfAnotherDepartment(Forbidden):
    """A department enters only measures in which it takes part."""

    slug, title = "measure-of-another-department", "不是本部门的措施"
    detail = "部门只能录入由本部门负责或配合的措施；lead 或 joint 里要有本部门。"


class OwnRevision(MakerIsNotChecker):
    """Who entered a measure checks or publishes it."""

    detail = "措施由录入以外的另一人复核、发布。"
