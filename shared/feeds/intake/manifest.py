"""The manifest of a watched folder: what a bureau declares of the files that it has put there, as JSON.

An object, or a list of objects, of
`{"file": "tax.csv", "region": "4101", "year": 2024, "mode": "full", "rows": 1000, "sha256": "<64 hex digits>"}`.
It is read as Windows writes it, too: UTF-8 with a byte order mark or UTF-16, the digest in capitals or in groups.
"""

import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import from_json

from shared.feeds.intake.declaration import Mode

MANIFEST = "delivery.json"
LARGEST_MANIFEST = 1 << 20


def plain_digest(written: object) -> object:
    """A digest as `certutil`, PowerShell or .NET write it (capitals, pairs with blanks, dashes or colons between), in
    lower case and at once.
    """
    return re.sub(r"[\s:-]", "", written).lower() if isinstance(written, str) else written


class ManifestItem(BaseModel):
    """One data file of a drop, declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}$"),
        Field(description="文件名，是数据源的名称，可带序号，如 tax.csv、tax-2.parquet"),
    ]
    region: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}([0-9]{2}){0,2}$"), Field(description="数据涵盖的区划")]
    year: Annotated[int, Field(ge=2000, le=2100, description="所属年度；不分年度的数据源不写")] | None = None
    mode: Annotated[Mode, Field(description="full：全部数据；incremental：新增或更正的行")]
    rows: Annotated[int, Field(ge=0, description="数据行数，不含表头")]
    sha256: Annotated[
        str,
        BeforeValidator(plain_digest),
        StringConstraints(pattern=r"^[0-9a-f]{64}$"),
        Field(description="文件的 SHA-256（十六进制）；大写、分组的也可以"),
    ]


MANIFEST_ITEMS: TypeAdapter[list[ManifestItem]] = TypeAdapter(list[ManifestItem])


class ManifestUnreadable(ValueError):
    """The manifest is not what a manifest is; the message is for the bureau (Chinese)."""


MANIFEST_SAYS = "每个文件须写明 file、region、mode、rows、sha256，分年度的数据源还可写明 year"


def manifest_items(content: bytes) -> list[ManifestItem]:
    """What a manifest declares: UTF-8 or UTF-16, with or without a byte order mark. ManifestUnreadable if nothing."""
    try:
        declared = from_json(content.decode(json.detect_encoding(content)))
    except ValueError as error:
        raise ManifestUnreadable(f"清单不是有效的 JSON（UTF-8 或 UTF-16 编码）；{MANIFEST_SAYS}") from error
    try:
        return MANIFEST_ITEMS.validate_python(declared if isinstance(declared, list) else [declared])
    except ValidationError as error:
        faults = dict.fromkeys(manifest_fault(fault["type"], fault["loc"]) for fault in error.errors())
        raise ManifestUnreadable(f"清单中有错：{'；'.join(faults)[:500]}。{MANIFEST_SAYS}") from error


def manifest_schema() -> dict[str, Any]:
    """A manifest as a JSON Schema (2020-12): one declaration, or a list of them."""
    declared = ManifestItem.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "共享文件夹的清单",
        "description": f"{MANIFEST}，最后放入；UTF-8 或 UTF-16，不超过 {LARGEST_MANIFEST >> 20} MiB",
        "oneOf": [{"$ref": "#/$defs/file"}, {"type": "array", "items": {"$ref": "#/$defs/file"}}],
        "$defs": {"file": declared | {"title": "一个文件的声明", "description": MANIFEST_SAYS}},
        "examples": [
            {"file": "tax.csv", "region": "4101", "year": 2025, "mode": "full", "rows": 1000, "sha256": "0" * 64}
        ],
    }


def manifest_fault(kind: str, place: tuple[int | str, ...]) -> str:
    """One fault in the bureau's words: in which file's declaration, and of what; other names than ours are not told."""
    item, *named = place
    where = f"第{int(item) + 1}个文件"
    if not named:
        return f"{where}的声明不是 JSON 对象"
    if named[0] not in ManifestItem.model_fields:
        return f"{where}写了不认识的项"
    return f"{where}{'缺少' if kind == 'missing' else '写错了'} {named[0]}"
