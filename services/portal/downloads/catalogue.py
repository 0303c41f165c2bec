"""Which lists and papers can be saved as files: what each holds, which service makes it, in which forms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from services.portal.shell.behalf import Behalf
from services.portal.upstream.calls import Query, Upstream

FORMS: Mapping[str, str] = {
    "csv": "逗号分隔的文本",
    "xlsx": "电子表格",
    "pdf": "可以打印的文书",
    "docx": "可以修改的文档",
}


@dataclass(frozen=True)
class Wanted:
    """What of a list: the person's region, a year, and what it is a list of, where it is one of something; `number`:
    what a paper is given as its own (文号).
    """

    region: str
    year: int
    form: str
    of: str = ""
    number: str = ""


@dataclass(frozen=True)
class SavedList:
    """A list; `path` and `query` say where the service makes it. One of something has its link on that page."""

    title: str
    note: str
    service: Callable[[Behalf], Upstream]
    path: Callable[[Wanted], str]
    query: Callable[[Wanted], Query]
    forms: Sequence[str] = ("csv", "xlsx")
    of_something: bool = False


def paper(
    title: str,
    path: Callable[[str], str],
    service: Callable[[Behalf], Upstream] = lambda behalf: behalf.recognition,
    *,
    numbered: bool = False,
    forms: Sequence[str] = ("pdf", "docx"),
) -> SavedList:
    """A paper (文书) that a service sets about one thing; `path`: from its id; `numbered`: it can be given a number."""

    def query(wanted: Wanted) -> Query:
        number = {"number": wanted.number} if numbered and wanted.number else {}
        return number | ({"format": wanted.form} if len(forms) > 1 else {})

    return SavedList(
        title,
        "A4，可以打印",
        service,
        lambda wanted: path(quote(wanted.of, safe="")),
        query,
        forms=forms,
        of_something=True,
    )


def end_papers(what: str, label: str) -> Mapping[str, SavedList]:
    """Those of a cancellation or revocation, by the word of the address."""
    kinds = {
        "notice": f"拟{label}告知书",
        "notice-receipt": f"拟{label}告知书的送达回证",
        "decision": f"{label}决定书",
        "decision-receipt": f"{label}决定书的送达回证",
    }

    def path(kind: str) -> Callable[[str], str]:
        return lambda of: f"/v1/recognitions/{of}/proposals/{what}/papers/{kind}"

    return {
        f"{what}-{kind}": paper(title, path(kind), forms=("pdf",) if kind.endswith("receipt") else ("pdf", "docx"))
        for kind, title in kinds.items()
    }


LISTS: Mapping[str, SavedList] = {
    "objections": SavedList(
        "辖区内的异议",
        "已过天数、超期上报、由谁负责",
        lambda behalf: behalf.objection,
        lambda _wanted: "/v1/oversight/objections/export",
        lambda _wanted: {},
        forms=("csv",),
    ),
    "objection-year": SavedList(
        "一年的异议统计",
        "结果、理由、部门、用时、超期",
        lambda behalf: behalf.objection,
        lambda _wanted: "/v1/oversight/statistics/export",
        lambda wanted: {"year": wanted.year, "format": wanted.form},
    ),
    "letters": SavedList(
        "待送达清单",
        "没有能通知到的经营者和异议人",
        lambda behalf: behalf.notification,
        lambda _wanted: "/v1/household-letters/table",
        lambda wanted: {"format": wanted.form},
    ),
    "held-back": SavedList(
        "暂不上报国家系统的",
        "原因，和应当提供数据的部门",
        lambda behalf: behalf.notification,
        lambda _wanted: "/v1/publications/held-back/table",
        lambda _wanted: {},
        forms=("csv",),
    ),
    "inspection-households": SavedList(
        "抽查名单",
        "信用风险类别、类型、抽查比例和依据，供双随机系统导入",
        lambda behalf: behalf.support,
        lambda _wanted: "/v1/inspection-households.csv",
        lambda _wanted: {},
        forms=("csv",),
    ),
    "recognised": SavedList(
        "有效的名特优新名单",
        "名称、类别、证书编号",
        lambda behalf: behalf.recognition,
        lambda _wanted: "/v1/badges",
        lambda wanted: {"region": wanted.region, "format": "csv"},
        forms=("csv",),
    ),
    "season-list": SavedList(
        "一个认定季的认定名单",
        "报上级备案用",
        lambda behalf: behalf.recognition,
        lambda wanted: f"/v1/seasons/{quote(wanted.of, safe='')}/filing",
        lambda wanted: {"format": wanted.form},
        of_something=True,
    ),
    "public-notice": paper("公示", lambda of: f"/v1/public-notices/{of}/paper", numbered=True),
    "recognition-list": paper("认定文件", lambda of: f"/v1/seasons/{of}/paper", numbered=True),
    "refusal": paper("不予认定告知书", lambda of: f"/v1/applications/{of}/refusal/paper", numbered=True),
    "answer": paper(
        "异议答复书", lambda of: f"/v1/objections/{of}/answer/paper", lambda behalf: behalf.objection, numbered=True
    ),
    "case-file": paper("案卷", lambda of: f"/v1/recognitions/{of}/case-file", forms=("pdf",)),
    **end_papers("cancellation", "取消认定"),
    **end_papers("revocation", "撤销认定"),
}
"""By the word of the address"""
