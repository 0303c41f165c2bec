"""What can be refused about who objects."""

from shared.platform.errors import Forbidden, NotFound


class ObjectorNotKept(NotFound):
    """The objection was filed by the operator's account, without a name."""

    slug, what = "objector-not-kept", "单独登记的异议人信息"


class ObjectorNotForThisBureau(Forbidden):
    """Only the bureaus that receive, explain or decide see who objects."""

    slug, title = "objector-not-for-this-bureau", "不由本部门办理"
    detail = "只有受理、解释或决定这件异议的部门，为办理需要才能查看异议人的姓名和联系方式。"
