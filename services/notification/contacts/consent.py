"""The words that people consent to, in versions. All versions stay, so that it can be read later what was consented to.

个人信息保护法 arts. 14–17 and 21: who uses what for which purpose, who is entrusted,
and that consent can be withdrawn as easily as it is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.notification.messages.domain import RecipientKind


@dataclass(frozen=True)
class ConsentWords:
    """What is shown before somebody consents; `version` is kept with the consent.

    `for_staff`: what officers and bureaus' staff are shown, who are told of their work; before 2026-2 the same.
    """

    version: str
    text: str
    for_staff: str | None = None


_ENTRUSTED = (
    "发送短信和邮件委托短信、邮件服务商办理：每次发送时，号码或者地址和通知内容交给服务商，服务商只能用于这次发送。"
)
_WITHDRAWAL = (
    "您可以随时在“我的联系方式”中更正、退订某类通知或撤回同意；撤回后，保存的号码和地址立即删除，只保留撤回的时间"
)
_VERSIONS = (
    ConsentWords(
        "2026-1",
        "您填写的手机号码和电子邮箱只用于向您发送与您经营的个体工商户有关的通知（分型结果、申报和认定、异议办理、扶持政策等），"
        "由登记地的市场监督管理部门处理，加密保存在通知系统内，不提供给他人，不用于其他目的。"
        "您可以随时在“我的联系方式”中更正、退订某类通知或撤回同意；撤回后，保存的号码和地址立即删除，"
        "只保留撤回的时间，此后的通知只在站内告知，依法须送达的文书改为书面送达。不同意不影响您办理任何事项。",
    ),
    ConsentWords(
        "2026-2",
        "您填写的手机号码和电子邮箱只用于向您发送与您经营的个体工商户有关的通知（分型结果、申报和认定、异议办理、扶持政策等），"
        "由登记地的市场监督管理部门处理，加密保存在通知系统内，不用于其他目的。"
        f"{_ENTRUSTED}"
        "登记地和上级市场监督管理部门的工作人员平时只能看到遮盖后的号码和地址，写明理由才能查看全部，每次查看都有记录；"
        "除此之外不提供给他人。"
        f"{_WITHDRAWAL}，"
        "此后的通知只在站内告知，依法须送达的文书改为书面送达。不同意不影响您办理任何事项。",
        "您填写的手机号码和电子邮箱只用于向您发送工作提醒（待办事项、期限、催办等），"
        "由您所在单位使用的通知系统处理，加密保存在系统内，其他工作人员看不到，不用于其他目的。"
        f"{_ENTRUSTED}除此之外不提供给他人。{_WITHDRAWAL}，此后的提醒只在站内告知。不同意不影响您的工作。",
    ),
)
CONSENT_WORDS: Mapping[str, ConsentWords] = MappingProxyType({words.version: words for words in _VERSIONS})
"""All versions by their names."""
IN_FORCE = _VERSIONS[-1]


def words_for(kind: RecipientKind) -> str:
    """What somebody is shown now, as an operator or as staff."""
    return IN_FORCE.for_staff or IN_FORCE.text if kind is RecipientKind.PERSON else IN_FORCE.text
