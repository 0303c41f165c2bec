"""What can be refused about scoring sheets."""

from shared.platform.errors import Conflict, Forbidden, Invalid, MakerIsNotChecker, NotFound


class SheetUnusable(Invalid):
    """A sheet that cannot be read or contradicts itself; `line` says where."""

    slug, title = "sheet-unusable", "评分表不能使用"


class SheetNotFound(NotFound):
    """No such sheet that the caller may see."""

    slug, title = "sheet-not-found", "没有这份评分表"
    detail = "没有这份评分表，或不在您的管辖范围内"


class SheetInForce(Conflict):
    """A sheet in force does not change."""

    slug, title = "sheet-in-force", "评分表已经生效"
    detail = "这份评分表已经生效，不能再改；没有认定季使用的，可以由另一名审批人员删除后重新起草"


class SheetInUse(Conflict):
    """A season rests on the sheet."""

    slug, title = "sheet-in-use", "评分表正在使用"
    detail = "已有认定季按这份评分表开始，不能删除，也不能更改"


class SheetOfOwn(MakerIsNotChecker):
    """Who drafted a sheet does not put it in force."""

    title = "须由另一人生效"
    detail = "起草人不能使自己起草的评分表生效，请由另一名人员办理"


class RemovalOfOwnSheet(MakerIsNotChecker):
    """Who drafted a sheet or put it in force does not delete it."""

    title = "须由另一人删除"
    detail = "起草人和生效人不能删除已经生效的评分表，请由另一名人员办理"


class SheetExists(Conflict):
    """Somebody else has drafted a sheet for the region and year."""

    slug, title = "sheet-exists", "已有评分表"


class SheetDraftsHidden(Forbidden):
    """Drafts of sheets are for officials of the region."""

    slug, title = "sheet-drafts", "不能看草稿"
    detail = "评分表的草稿只供本辖区的经办人员和审批人员查看，请先登录或改查本辖区"
