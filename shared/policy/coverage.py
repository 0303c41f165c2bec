"""What of the law's text a policy has made rules of: every quote in it, and every sentence with what became of it."""

from collections.abc import Iterator, Mapping

from shared.policy.loading import POLICIES, load_policy
from shared.policy.model import Citation, Policy
from shared.policy.sentences import WITHOUT_RULE, Quote, Sentence, read_passages, sentences_of
from shared.policy.wording import fill

OBJECTION_AGAINST: Mapping[str, str] = {
    "typing": "对分型结果的异议",
    "public-notice": "对公示的异议",
    "cancellation": "对取消认定的异议",
    "revocation": "对撤销认定的异议",
}


def coverage(name: str) -> list[Sentence]:
    """A policy's sentences with what became of each; none when its text is not held."""
    policy = load_policy(name)
    if policy.document.text is None:
        return []
    text = (POLICIES / "texts" / policy.document.text).read_text(encoding="utf-8")
    own = [quote for quote, citation in quotes_of(policy) if citation.document.text == policy.document.text]
    return sentences_of(text, own, read_passages(POLICIES / f"{name}{WITHOUT_RULE}"))


def quotes_of(policy: Policy) -> Iterator[tuple[Quote, Citation]]:
    """Everything in a policy that quotes the law, with the quote."""
    for name, title, citation in _cited(policy):
        yield Quote(name, title, citation.article, citation.quote), citation


def _cited(policy: Policy) -> Iterator[tuple[str, str, Citation]]:
    for parameter in policy.parameters.values():
        yield parameter.name, parameter.title, parameter.citation
    values = {name: parameter.on(policy.since) for name, parameter in policy.parameters.items()}
    for clause in policy.clauses():
        yield clause.id, fill(clause.title, policy.parameters, values), clause.citation
    for rule in policy.types:
        yield rule.type.slug, rule.type.label, rule.citation
    yield from _recognition(policy)
    if policy.objections:
        for parameter in policy.objections.parameters.values():
            yield parameter.name, parameter.title, parameter.citation
        for against, objection in policy.objections.rules.items():
            yield f"objections.{against}", OBJECTION_AGAINST[against], objection.citation
    for duty in policy.duties:
        yield duty.id, f"{duty.title}（{duty.kept_by}）", duty.citation


def _recognition(policy: Policy) -> Iterator[tuple[str, str, Citation]]:
    part = policy.recognition
    if part is None:
        return
    for parameter in part.parameters.values():
        yield parameter.name, parameter.title, parameter.citation
    values = {name: parameter.on(policy.since) for name, parameter in part.parameters.items()}
    for rule in part.rules():
        yield rule.id, fill(rule.title, part.parameters, values), rule.citation
    for category in part.categories.values():
        yield category.category, f"{category.category.label}类", category.citation
        for criterion in category.criteria:
            yield criterion.id, criterion.title, criterion.citation
    for path in part.paths.values():
        yield f"path.{path.id}", "认定途径", path.citation
        for step in path.steps:
            yield f"path.{path.id}.{step.kind}", "其中一步", step.citation
    yield from (
        ("recognition", "由谁认定", part.citation),
        ("criteria", "由谁制定分类标准", part.criteria.citation),
        ("one-category", "一户一类", part.one_category),
        ("one-per-person", "一人一户", part.one_per_person),
        ("quota", "数量比例", part.quota.citation),
        ("season", "认定季", part.season.citation),
        ("supervision", "监督", part.supervision.citation),
    )
    life = part.life
    yield from (
        ("life.validity", "有效期", life.validity_citation),
        ("life.information-report", "信息报告", life.report_citation),
        ("life.operator-change", "变更经营者", life.operator_change),
        ("life.cancellation", "取消认定", life.cancellation),
        ("life.extension", "延长有效期", life.extension_citation),
        ("life.revocation", "撤销认定", life.revocation),
    )
    if life.mutual_citation:
        yield "life.mutual-recognition", "互认", life.mutual_citation
