"""The words that people consent to, in versions. All versions stay, so that it can be read later what was consented to.

个人信息保护法 arts. 14–17: who uses what for which purpose, and that consent can be withdrawn as easily as it is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class ConsentWords:
    """What is shown before somebody consents; `version` is kept with the consent."""

    version: str
    text: str


_VERSIONS = (
    ConsentWords(
        "2026-1",
        "您填写的手机号码和电子邮箱只用于向您发送与您经营的个体工商户有关的通知（分型结果、申报和认定、异议办理、扶持政策等），"
        "由登记地的市场监督管理部门处理，加密保存在通知系统内，不提供给他人，不用于其他目的。"
        "您可以随时在“我的联系方式”中更正、退订某类通知或撤回同意；撤回后，保存的号码和地址立即删除，"
        "只保留撤回的时间，此后的通知只在站内告知，依法须送达的文书改为书面送达。不同意不影响您办理任何事项。",
    ),
)
CONSENT_WORDS: Mapping[str, ConsentWords] = MappingProxyType({words.version: words for words in _VERSIONS})
"""All versions by their names."""
IN_FORCE = _VERSIONS[-1]
