"""A feed's contract as a page in Chinese, for whoever writes a bureau's export."""

from collections.abc import Iterator, Sequence

from shared.feeds.contract.model import Column, FeedContract, Kind, Receiver
from shared.feeds.contract.table_schema import empty_meaning, example_csv, unit_of
from shared.feeds.validation.rejects import reject_message

KINDS: dict[Kind, str] = {
    "text": "文字",
    "uscc": "统一社会信用代码，18 位",
    "region": "县级区划代码，6 位",
    "date": "日期，如 2025-01-31",
    "bool": "true 或 false",
    "money": "金额，元，最多两位小数，不带千分位",
    "count": "整数",
    "year": "年份，四位数字",
    "choice": "下列值之一",
}
FAULTS: dict[Kind, tuple[str, ...]] = {
    "text": (),
    "uscc": ("uscc-format", "uscc-checksum"),
    "region": ("unknown-region",),
    "date": ("not-a-date",),
    "bool": ("unknown-value",),
    "money": ("not-a-number", "negative"),
    "count": ("not-a-number", "negative"),
    "year": ("not-a-number", "unknown-value"),
    "choice": ("unknown-value",),
}
FLAGGED = "（采用并标记）"


def feed_page(contract: FeedContract) -> str:
    """The page, in Markdown."""
    key = "、".join(f"`{name}`" for name in contract.key)
    lines = [
        f"# {contract.title}（`{contract.name}`）",
        "",
        (
            "由程序生成（`make contracts`），与程序所用的是同一份约定。怎样报送见[报送手册](README.md)；"
            f"给程序用的约定：[{contract.name}.json](../contracts/feeds/{contract.name}.json)（Table Schema），"
            f"各服务也在 `GET /v1/feeds/{contract.name}/schema` 提供。"
        ),
        "",
        f"- 报送部门：{'、'.join(f'{one.label}（令牌中 `department` 为 `{one}`）' for one in contract.departments)}",
        f"- 报送到：{contract.receiver.label}，`POST /v1/feeds/{contract.name}/deliveries`",
        f"- 文件：`{contract.name}.csv`（UTF-8，第一行为列名）、`.parquet` 或 `.xlsx`",
        f"- 一行由 {key} 确定：同一批中相同而内容不同的各行全部退回，后一批的行替换前一批的",
        f"- 年度：{yearly_sentence(contract)}",
        f"- **全量**（`full`）：声明范围内的全部记录。没有列出的户表示：**{contract.absent}**",
        "- **增量**（`incremental`）：新增或更正的行。没有列出的保持不变",
        f"- 还不认识的户：{unknown_household_sentence(contract)}",
        "",
        "## 列",
        "",
        *table(("列", "名称", "内容", "必填", "空表示", "说明"), map(_column_line, contract.columns)),
        "",
        *_choices(contract),
        "## 退回的原因",
        "",
        "逐行检查，有错的行退回，其余照常采用；退回和标记的行在 `GET /v1/deliveries/{id}/rejects` 下载。",
        "",
        *table(("列", "代码", "说明"), _fault_lines(contract)),
        "",
        "## 例",
        "",
        "值是编造的：",
        "",
        "```csv",
        example_csv(contract).rstrip(),
        "```",
        "",
        "先在本机检查：",
        "",
        "```sh",
        f"minglu feeds check {contract.name}.csv --feed {contract.name}",
        "```",
    ]
    return "\n".join(lines) + "\n"


def yearly_sentence(contract: FeedContract) -> str:
    """Whether a delivery declares a year."""
    if contract.has("year"):
        return "每行写明 `year`；一批只有一个年度的，报送时声明 `year`，只替换该年度的数据"
    return "不分年度，不要声明 `year`"


def unknown_household_sentence(contract: FeedContract) -> str:
    """What becomes of rows about households that are not registered yet."""
    if contract.name == "registration":
        return "本数据就是登记信息，新的户由此而来"
    if not contract.has("uscc"):
        return "照常保存，这个人以后登记为经营者时即计入"
    if contract.receiver in (Receiver.NOTIFICATION, Receiver.SUPPORT):
        return "退回（`unknown-household`）；登记之后请重新报送"
    return "先保存并等待，登记信息到达后自动计入，不必重新报送；等待的行见 `GET /v1/deliveries/{id}/waiting`"


def table(titles: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _column_line(column: Column) -> tuple[str, ...]:
    unit = unit_of(column)
    content = KINDS[column.kind] + (f"，单位：{unit}" if unit and column.kind == "count" else "")
    notes = [column.note] if column.note else []
    if column.not_future:
        notes.append("不晚于报送当日")
    if column.personal and "保存" not in column.note:
        notes.append("个人信息")
    required = "是" if column.required else ""
    empty = "" if column.required else empty_meaning(column)
    return (f"`{column.name}`", column.title, content, required, empty, "；".join(notes))


def _choices(contract: FeedContract) -> Iterator[str]:
    for column in contract.columns:
        if column.choices:
            yield f"`{column.name}` 的值："
            yield ""
            yield from table(("值", "含义"), ((f"`{value}`", label) for value, label in column.choices.items()))
            yield ""


def _fault_lines(contract: FeedContract) -> Iterator[tuple[str, ...]]:
    for column in contract.columns:
        codes = [*(("missing",) if column.required else ()), *FAULTS[column.kind]]
        codes += ["unknown-value"] if column.pattern else []
        codes += ["future-date"] if column.not_future else []
        codes += ["not-an-id"] if column.name == "operator_id" else []
        for code in codes:
            flagged = code == "uscc-checksum" or (code == "not-an-id" and not column.required)
            message = reject_message(contract, column, code)
            yield f"`{column.name}`", f"`{code}`", message + (FLAGGED if flagged and "标记" not in message else "")
    yield "", "`cell-error`", reject_message(contract, contract.columns[0], "cell-error").partition("）")[2]
    yield "", "`duplicate-key`", reject_message(contract, contract.columns[0], "duplicate-key")
