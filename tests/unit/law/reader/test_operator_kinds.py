"""经营者身份 (三（二）1): the kinds of operators that a text names, and those that a document adds to them."""

import pytest

from shared.law.language.errors import PolicyError
from shared.law.model.operator_kinds import EARLIER_KINDS, OperatorKind, OperatorKinds
from shared.law.model.policy import Policy
from shared.law.reader.loading import load_policy, policy_ids, restore_policy
from shared.reference.departments import Department

DOCUMENT = "某区〔2026〕1号"
JOB_SEEKER = OperatorKind("job_seeker", "就业困难人员", ("就业困难人员认定表",), Department.HUMAN_RESOURCES)


def kinds_of(policy: Policy) -> OperatorKinds:
    assert policy.recognition is not None
    return policy.recognition.operator_kinds


@pytest.mark.parametrize("name", policy_ids())
def test_every_policy_lists_the_kinds_that_its_text_names_with_who_proves_them(name: str):
    """“对……等经营的个体工商户,可以适当放宽分类来源” stands in every text that has rules of recognition of its own."""
    kinds = kinds_of(load_policy(name))
    assert [(one.id, one.title) for one in kinds.kinds] == [(one.id, one.title) for one in EARLIER_KINDS.kinds]
    assert kinds.citation is not None
    assert all(one.title in kinds.citation.quote and one.proven_by and one.evidence for one in kinds.kinds)
    assert all(one.document is None for one in kinds.kinds)


def test_a_document_adds_a_kind_to_the_open_list_and_what_was_stored_keeps_it():
    """G 5 names 就业困难人员 and 脱贫劳动力: a county may write them into its own document."""
    policy = restore_policy(load_policy("zhengzhou-2025").content, document=DOCUMENT, operator_kinds=[JOB_SEEKER])
    again = restore_policy(policy.content)
    assert again.content_hash == policy.content_hash != load_policy("zhengzhou-2025").content_hash
    added = kinds_of(again).find("job_seeker")
    assert added is not None
    assert (added.title, added.evidence, added.proven_by) == (
        JOB_SEEKER.title,
        JOB_SEEKER.evidence,
        JOB_SEEKER.proven_by,
    )
    assert added.document == DOCUMENT


def test_nothing_is_added_where_the_list_is_read_as_closed_or_twice():
    plain = load_policy("zhengzhou-2025").content
    with pytest.raises(PolicyError, match="只限原文列出的几种，不能增列“就业困难人员”"):
        restore_policy(plain, readings={"relaxed-kinds": "closed"}, document=DOCUMENT, operator_kinds=[JOB_SEEKER])
    with pytest.raises(PolicyError, match="“veteran”写了两次"):
        restore_policy(plain, document=DOCUMENT, operator_kinds=[OperatorKind("veteran", "退役军人")])
    with pytest.raises(PolicyError, match="引文里没有“就业困难人员”这种经营者身份"):
        restore_policy(plain, operator_kinds=[JOB_SEEKER])


def test_what_was_stored_before_kinds_were_data_has_the_four_that_were_meant():
    content = dict(load_policy("zhengzhou-2025").content)
    content["recognition"] = {name: part for name, part in content["recognition"].items() if name != "operator_kinds"}
    content["interpretations"] = [one for one in content["interpretations"] if one["id"] != "relaxed-kinds"]
    earlier = restore_policy(content)
    assert kinds_of(earlier) == EARLIER_KINDS
    with pytest.raises(PolicyError, match="没有列出经营者身份"):
        restore_policy(content, document=DOCUMENT, operator_kinds=[JOB_SEEKER])
