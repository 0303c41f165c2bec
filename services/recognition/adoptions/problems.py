"""What can be refused about adopting a recognition from elsewhere."""

from shared.platform.errors import Conflict, Forbidden, Invalid, MakerIsNotChecker, NotFound


class AdoptionNotFound(NotFound):
    """No such entry that the caller may see."""

    slug, what = "adoption-not-found", "这份外地认定的登记"


class NotAdoptable(Invalid):
    """The recognition cannot be adopted; `reasons` says why."""

    slug, title = "not-adoptable", "不能认可这项认定"


class AdoptionUnderWay(Conflict):
    """The household has an entry that waits for a decision."""

    slug, title = "adoption-under-way", "已经登记"
    detail = "这一户已有一份外地认定的登记在等待批准"


class EvidenceMissing(Conflict):
    """Nobody decides without having the certificate before them."""

    slug, title = "adoption-evidence-missing", "缺少证明文件"
    detail = "还没有上传外地认定的证书或认定文件，请先上传"


class AdoptionByMaker(MakerIsNotChecker):
    """Who entered it does not decide."""

    title = "须由另一人批准"
    detail = "登记这项外地认定的人不能批准或不予认可，请由另一名人员决定"


class AdoptionOfAnotherLevel(Forbidden):
    """The policy lets bureaus of another level recognise."""

    slug, title = "another-level", "不由本级办理"
