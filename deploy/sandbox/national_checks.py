"""What the sandbox's national systems check in bodies and in the rows of a page, and what they say when they refuse."""

import base64
import gzip
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request

from deploy.sandbox.national_contents import codes_ok, fault_of
from deploy.sandbox.national_store import NewRecord
from services.notification.publication.peers.peer import PeerUnreadableError, Record, RecordKey, Verdict
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.peers.wire import REMOVE, WireFormat
from services.notification.publication.records.domain import canonical
from services.notification.publication.systems import Kind

LARGEST_BODY: Final = 64 * 2**20
WORDS: Final[Mapping[Reason, str]] = {
    Reason.INCOMPLETE: "必填项缺失",
    Reason.KIND: "记录类型不予接收",
    Reason.USCC: "统一社会信用代码校验未通过",
    Reason.REGION: "行政区划代码不存在",
    Reason.OTHER_REGION: "行政区划不在本系统范围内",
    Reason.NAME: "名称为空",
    Reason.LABEL: "分型类型不在代码表内",
    Reason.YEAR: "年度不合法",
    Reason.CATEGORY: "认定类别不在代码表内",
    Reason.DATE: "日期格式错误",
    Reason.PERIOD: "有效期截止早于认定日期",
    Reason.CERTIFICATE: "证书编号为空",
    Reason.OLDER_VERSION: "修订号低于库中记录",
    Reason.NOT_REGISTERED: "登记库中未查到该主体",
    Reason.CREDENTIALS: "身份认证失败",
    Reason.BUSY: "请求过于频繁",
    Reason.UNREADABLE: "报文无法解析",
    Reason.BODY_DIGEST: "报文摘要不一致",
    Reason.OTHER_CONTENT: "同一幂等号的内容与前次不同",
    Reason.PAGES_MISSING: "批次页不全",
    Reason.SEAL_DIFFERS: "封存信息与已收页不一致",
    Reason.UNKNOWN_BATCH: "批次不存在",
    Reason.SEALED: "批次已封存",
    Reason.NOT_ALLOWED: "不允许的操作",
    Reason.CURSOR: "游标已失效",
    Reason.UNKNOWN_ITEM: "事项不存在",
    Reason.VALUE: "栏目取值不在代码表内",
}


class RefusedCallError(Exception):
    """A call that is refused; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class _RefusedRow(Exception):
    """Carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def verdict(form: WireFormat, reason: Reason) -> Verdict:
    """A reason in the system's words."""
    return Verdict(form.codes[reason], WORDS[reason])


def check_page(
    form: WireFormat, region: str, rows: Sequence[Mapping[str, Any]], held: Callable[[Kind, Sequence[str]], Any]
) -> tuple[Sequence[NewRecord], Mapping[RecordKey, Verdict]]:
    """What of a page is taken and what is refused. `held`: versions that stand there, of some keys of a kind."""
    taken: dict[RecordKey, NewRecord] = {}
    refused: dict[RecordKey, Verdict] = {}
    code = form.words["uscc"]
    good = iter(codes_ok([row.get(code) for row in rows]))
    for row in rows:
        kind, key = form.own_kinds[row[form.words["kind"]]], str(row.get(form.words["key"]))
        try:
            taken[kind, key] = _new_record(form, region, row, next(good))
        except _RefusedRow as error:
            refused[kind, key] = verdict(form, error.reason)
    for kind in {kind for kind, _ in taken}:
        versions = held(kind, [key for its_kind, key in taken if its_kind is kind])
        for key, version in versions.items():
            if taken[kind, key].record.version < version:
                del taken[kind, key]
                refused[kind, key] = verdict(form, Reason.OLDER_VERSION)
    return [*taken.values()], refused


def _new_record(form: WireFormat, region: str, row: Mapping[str, Any], good_code: bool) -> NewRecord:
    words = form.words
    kind = form.own_kinds[row[words["kind"]]]
    key, uscc, where, version = row.get(words["key"]), row.get(words["uscc"]), row.get(words["region"]), None
    version = row.get(words["version"])
    if not isinstance(key, str) or not key or not isinstance(version, int) or not isinstance(where, str):
        raise _RefusedRow(Reason.INCOMPLETE)
    if uscc is not None and not good_code:
        raise _RefusedRow(Reason.USCC)
    if not where.startswith(region):
        raise _RefusedRow(Reason.OTHER_REGION)
    removed = row.get(words["operation"]) == form.operations[REMOVE]
    content: dict[str, Any] = {}
    if not removed:
        try:
            content = form.content_in(row.get(words["content"]) or {})
        except PeerUnreadableError:
            raise _RefusedRow(Reason.INCOMPLETE) from None
        if (fault := fault_of(kind, key, uscc, where, content)) is not None:
            raise _RefusedRow(fault)
    elif row.get(words["content"]):
        raise _RefusedRow(Reason.INCOMPLETE)
    record = Record(kind, key, uscc, where, version, removed, content)
    return NewRecord(record, None if removed else canonical(content))


async def read_body(request: Request) -> tuple[bytes, bytes]:
    """Compressed and plain; RefusedCallError if it is not what its digest says."""
    packed = await request.body()
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(packed).digest()).decode()}:"
    if request.headers.get("content-digest") != digest:
        raise RefusedCallError(Reason.BODY_DIGEST)
    try:
        body = gzip.decompress(packed)
    except (OSError, EOFError):
        raise RefusedCallError(Reason.UNREADABLE) from None
    if len(body) > LARGEST_BODY:
        raise RefusedCallError(Reason.UNREADABLE)
    return packed, body
