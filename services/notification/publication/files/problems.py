"""What is refused of files for systems that take files only, and of their receipts."""

from shared.platform.errors import Conflict, Invalid, NotFound, TooLarge, Unreadable


class BatchNotFound(NotFound):
    """No such batch, or it holds records of other regions than the caller's."""

    slug, what = "publication-batch-not-found", "这一批"


class NotByFile(Conflict):
    """The system has an interface: the platform itself sends there and asks what became of it."""

    slug, title = "publication-not-by-file", "不用文件上报"
    detail = "这个系统已连接接口，由平台自动上报和取回结果，不用文件上报。"


class NotConnected(Conflict):
    """The system is not set at all."""

    slug, title = "publication-not-by-file", "没有设置文件上报"
    detail = "平台没有设置向这个系统上报的方式，请联系运维人员。"


class BatchOver(Conflict):
    """The batch is over; its records are not kept any longer."""

    slug, title = "publication-batch-over", "这一批已经办结"
    detail = "这一批已经办结，不再提供文件，也不再接收回执。"


class BatchReopened(Conflict):
    """It was taken apart before it was handed over."""

    slug, title = "publication-batch-reopened", "这一批已经拆回"
    detail = "这一批在登记送交前已经拆回，文件作废，请下载新的一批；旧文件已经交给对方的，请对方作废。"


class AlreadyHandedOver(Conflict):
    """It was handed over before."""

    slug, title = "publication-handed-over", "已经登记送交"
    detail = "这一批已经登记为已送交。"


class NotHandedOver(Conflict):
    """It was not handed over: nobody can have answered."""

    slug, title = "publication-not-handed-over", "尚未登记送交"
    detail = "请先登记这一批已经送交对方，再导入回执或结清。"


class NothingAnswered(Conflict):
    """Without any receipt nobody knows that the rest was taken."""

    slug, title = "publication-nothing-answered", "还没有回执"
    detail = "还没有导入这一批的回执，不能认定其余的都被采用。"


class FileAltered(Unreadable):
    """Somebody has changed the sealed content."""

    slug, title = "publication-batch-altered", "封存的内容有改动"
    detail = "封存的内容与封存时的摘要不一致，不能使用，请联系运维人员。"


class ReceiptRefused(Invalid):
    """The file cannot be read or has wrong lines; nothing of it was taken."""

    slug, title = "publication-receipt-refused", "回执没有导入"


class ReceiptTooLarge(TooLarge):
    """More than a receipt of one batch can have."""

    slug, title = "publication-receipt-too-large", "回执文件过大"
    detail = "一份回执不能超过 16 MB。"


class ReceiptDigestDiffers(Invalid):
    """Something was lost on the way."""

    slug, title = "publication-receipt-digest", "文件与摘要不符"
    detail = "收到的文件与 Content-Digest 给出的摘要不一致，请重新上传。"
