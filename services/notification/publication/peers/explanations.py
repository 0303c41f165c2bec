"""What a system's code means, in our words: what is wrong, what would be right, who has to act. For officers' pages,
beside the system's own words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.systems import System

COUNTY: Final = "县级市场监管部门"
REGISTRATION: Final = "登记机关"
OPERATOR: Final = "平台运行维护单位"
PEER: Final = "对方系统的管理单位"


@dataclass(frozen=True)
class CodeMeaning:
    """What a code means, in three parts. `who`: the office that can mend it."""

    wrong: str
    right: str
    who: str


EXPLANATIONS: Final[Mapping[Reason, CodeMeaning]] = {
    Reason.INCOMPLETE: CodeMeaning(
        "上报的记录缺少对方要求的栏目。", "补齐缺少的栏目后重新上报；栏目齐全仍被退回的，核对接口版本。", OPERATOR
    ),
    Reason.KIND: CodeMeaning("对方不接收这一类记录。", "核对两边约定的记录类型。", OPERATOR),
    Reason.USCC: CodeMeaning(
        "统一社会信用代码的格式或校验位不对，或者与内容里的代码不一致。", "按营业执照更正代码后重新上报。", REGISTRATION
    ),
    Reason.REGION: CodeMeaning(
        "对方的代码表里没有这个行政区划，或者与内容里的区划不一致。",
        "按现行县级区划代码更正登记机关；区划新近调整的，请对方更新代码表。",
        REGISTRATION,
    ),
    Reason.OTHER_REGION: CodeMeaning("这户不在该系统的辖区内。", "核对是否已经迁出；迁出的由迁入地上报。", COUNTY),
    Reason.NAME: CodeMeaning("经营户名称为空。", "按登记信息补上名称。", REGISTRATION),
    Reason.LABEL: CodeMeaning(
        "分型类型不是对方代码表里的四种之一。", "只上报生存型、成长型、发展型或不符合分型条件。", OPERATOR
    ),
    Reason.YEAR: CodeMeaning("年度不合法。", "核对分型所属年度。", OPERATOR),
    Reason.CATEGORY: CodeMeaning("认定类别不是知名、特色、优质、新兴之一。", "按认定决定更正类别后重新上报。", COUNTY),
    Reason.DATE: CodeMeaning("认定日期或有效期的日期缺失、格式不对。", "按认定决定补正日期。", COUNTY),
    Reason.PERIOD: CodeMeaning("有效期截止早于认定日期。", "按认定决定更正有效期。", COUNTY),
    Reason.CERTIFICATE: CodeMeaning("证书编号为空。", "补发或补录证书编号后重新上报。", COUNTY),
    Reason.OLDER_VERSION: CodeMeaning(
        "对方持有的修订号比这次上报的高，说明对方已有更新的记录。",
        "做一次核对，以修订号较高的为准，不要直接重报。",
        OPERATOR,
    ),
    Reason.NOT_REGISTERED: CodeMeaning(
        "对方的登记库里查不到这户。",
        "核对代码；新设立的，等登记数据汇入国家库后重新上报；仍查不到的，请登记机关补传登记信息。",
        REGISTRATION,
    ),
    Reason.DEREGISTERED: CodeMeaning(
        "对方的登记库里这户已经注销。", "核对登记状态；确已注销的，撤下标注，不再上报。", REGISTRATION
    ),
    Reason.NAME_DIFFERS: CodeMeaning(
        "名称与对方登记库里的不一致。", "以登记信息为准更正名称；刚刚变更的，等登记数据同步后重新上报。", REGISTRATION
    ),
    Reason.LOCKED: CodeMeaning(
        "对方暂时锁定了这户，例如正在办理迁移或处理异议。", "向对方了解原因，解除锁定后重新上报。", PEER
    ),
    Reason.RETURNED: CodeMeaning("对方人工审核后退回。", "按对方说明核对，改正后重新上报。", COUNTY),
    Reason.CREDENTIALS: CodeMeaning("对方不认可本平台的身份或签名。", "核对账号、密钥和服务器时间。", OPERATOR),
    Reason.BUSY: CodeMeaning("对方暂时不接收，或者请求过于频繁。", "不必处理，平台会稍后再报。", PEER),
    Reason.UNREADABLE: CodeMeaning("对方读不懂整页内容。", "核对接口版本。", OPERATOR),
    Reason.BODY_DIGEST: CodeMeaning(
        "对方收到的内容与摘要不一致，传输途中有改动。", "检查中间的网络设备；内容没有被采用。", OPERATOR
    ),
    Reason.OTHER_CONTENT: CodeMeaning(
        "同一个批次号下，对方先前收到过另外的内容。", "这一批作废，由平台另行封存批次。", OPERATOR
    ),
    Reason.PAGES_MISSING: CodeMeaning("对方没有收齐这一批的各页。", "平台会补报缺少的页。", PEER),
    Reason.SEAL_DIFFERS: CodeMeaning(
        "封存时报的页数、条数或摘要与对方收到的不一致。", "这一批作废，重新封存。", OPERATOR
    ),
    Reason.UNKNOWN_BATCH: CodeMeaning("对方没有这一批。", "平台会从头补报。", PEER),
    Reason.SEALED: CodeMeaning("这一批在对方已经封存，不再收页。", "平台会询问这一批的结果。", PEER),
    Reason.CURSOR: CodeMeaning("对方已不认得上次读到的位置。", "不必处理，平台会从头再读，已收下的不会重复。", PEER),
    Reason.UNKNOWN_ITEM: CodeMeaning("对方查不到所答复的事项。", "核对事项编号；确已撤回的不必再答复。", PEER),
    Reason.VALUE: CodeMeaning(
        "某个栏目的取值不在对方的代码表内，或者记录编号与内容不符。",
        "核对接口版本和两边的代码表，更正后重新上报。",
        OPERATOR,
    ),
    Reason.NOT_ALLOWED: CodeMeaning("对方不允许这一操作。", "核对账号的权限和接口约定。", OPERATOR),
}


def explain(system: System, code: str) -> CodeMeaning | None:
    """What a code of a system means; None: it is not in the table, the system's own words are all there is."""
    reason = FORMATS[system].reasons.get(code)
    return None if reason is None else EXPLANATIONS[reason]
