"""`minglu policy sheet`: reads a scoring sheet before it is entered, and shows what it comes to for each category."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.typing.cli.terminal import errors_as_sentences, table

if TYPE_CHECKING:
    from shared.law.model.recognition import Category
    from shared.law.model.scoring import ScoringSheet


def sheet(
    file: Annotated[
        Path, typer.Argument(metavar="文件", help="评分表，YAML 或 JSON；文件原文放在旁边的 texts 文件夹里")
    ],
) -> None:
    """检查一份评分表，列出每一类的部分、权重和满分。"""
    from shared.law.model.recognition import Category
    from shared.law.reader.scoring import read_sheet_file

    with errors_as_sentences():
        read = read_sheet_file(file)
        typer.echo(f"{read.title}（{read.document.number}），有效期 {read.valid_from} 至 {read.valid_until}")
        for category in Category:
            if read.sections_of(category):
                typer.echo(f"\n{category_summary(read, category)}")
                typer.echo(table([("部分", "权重", "指标", "满分"), *section_rows(read, category)]))


def category_summary(read: "ScoringSheet", category: "Category") -> str:
    """How many indicators a category has, and how many of them assessors score."""
    count, assessed = len(read.indicators_of(category)), len(read.assessed_in(category))
    return f"{category.label}：{count} 项（含扣分项、否决项），其中 {assessed} 项由评审员打分"


def section_rows(read: "ScoringSheet", category: "Category") -> list[tuple[str, ...]]:
    """A row for each section of a category."""
    return [
        (section.title, str(section.weight), str(len(section.of(category))), str(section.full(category)))
        for section in read.sections_of(category)
    ]
