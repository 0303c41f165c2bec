"""What is shown of rules and their versions, and what changes them."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from services.notification.rules.checking import CompiledRule
from services.notification.rules.domain import NOT_DERIVED, Derivation
from services.notification.rules.models import RuleVersion
from shared.platform.etag import etag_of
from shared.platform.fields import Shape


class RuleBody(Shape):
    """A draft's content, as the shipped rules have it in YAML."""

    content: Annotated[dict[str, Any], Field(description="规则内容；字段与随软件提供的规则相同，版本号由系统编定")]


class RuleView(Shape):
    """A rule that is in force in the caller's region."""

    name: str
    version: int
    number: str | None
    label: str
    event: str
    category: str
    category_label: str
    lane: str
    channels: list[str]
    paused: bool
    awaits: Annotated[str | None, Field(description="还没有这个事件：等哪个服务上线")]
    unverified: Annotated[list[str], Field(description="文件没有写、由平台暂定的项目（未核对）")]
    derived_from: Annotated[int | None, Field(description="自己的版本依据的是随软件提供的哪一版；空：不是自己的版本")]
    shipped: Annotated[int | None, Field(description="有自己的版本的：随软件提供的最新一版")]
    behind: Annotated[bool, Field(description="随软件提供的版本以后又改过，请看是否要跟着改")]

    @classmethod
    def of(cls, compiled: CompiledRule, derivation: Derivation = NOT_DERIVED) -> "RuleView":
        """From the rule."""
        rule = compiled.rule
        same = {
            name: getattr(rule, name) for name in ("name", "version", "number", "label", "event", "paused", "awaits")
        }
        return cls(
            **same,
            category=rule.category.value,
            category_label=rule.category.label,
            lane=rule.lane.value,
            channels=[channel.value for channel in rule.channels],
            unverified=list(rule.unverified),
            derived_from=derivation.derived_from,
            shipped=derivation.shipped,
            behind=derivation.is_behind,
        )


class RuleVersionView(Shape):
    """One version of a rule, with its content."""

    name: str
    version: int
    scope: Annotated[str, Field(description="适用的省；空：没有自己版本的各省")]
    event: str
    state: str
    state_label: str
    content: dict[str, Any]
    content_hash: str
    derived_from: Annotated[int | None, Field(description="起草时随软件提供的最新一版")]
    drafted_by: str
    drafted_at: dt.datetime
    published_by: str | None
    published_at: dt.datetime | None
    etag: str

    @classmethod
    def of(cls, version: RuleVersion) -> "RuleVersionView":
        """From the row."""
        own = {"state", "state_label", "etag"}
        same = {name: getattr(version, name) for name in cls.model_fields if name not in own}
        return cls(**same, state=version.state.value, state_label=version.state.label, etag=etag_of(version.revision))


class TemplateView(Shape):
    """The words of a rule in force, and its SMS as the gateways register it."""

    rule: str
    version: int
    label: str
    title: str
    body: str
    link: str | None
    sms: str | None
    parameters: list[str]
    aliyun: Annotated[str | None, Field(description="在阿里云登记的短信模板")]
    tencent: Annotated[str | None, Field(description="在腾讯云登记的短信模板")]
    codes: Annotated[dict[str, str], Field(description="登记后得到的模板编号")]
    unregistered: Annotated[
        list[str], Field(description="还没有模板编号的在用短信服务商；短信都没有编号的，只在站内通知")
    ]
    longest: Annotated[int | None, Field(description="短信最长的字数")]

    @classmethod
    def of(cls, compiled: CompiledRule, gateways: Sequence[str]) -> "TemplateView":
        """From the rule; `gateways`: the kinds in use that know words by their template's code alone."""
        rule, sms = compiled.rule, compiled.sms
        template = rule.template
        numbers = {name: number for number, name in enumerate(sms.parameters if sms else (), start=1)}
        codes = {str(gateway): code for gateway, code in template.sms.codes.items()} if template.sms else {}
        return cls(
            rule=rule.name,
            version=rule.version,
            label=rule.label,
            title=template.title,
            body=template.body,
            link=template.link,
            sms=template.sms.text if template.sms else None,
            parameters=list(numbers),
            aliyun=sms.registered(lambda name: f"${{{name}}}") if sms else None,
            tencent=sms.registered(lambda name: f"{{{numbers[name]}}}") if sms else None,
            codes=codes,
            unregistered=[one for one in gateways if one not in codes] if sms else [],
            longest=sms.longest if sms else None,
        )
