"""What can be refused about rules."""

from shared.platform.errors import Conflict, Forbidden, Invalid, MakerIsNotChecker, NotFound


class RuleNotFound(NotFound):
    """No such rule, or no such version of it, that the caller may see."""

    slug, what = "rule-not-found", "这条规则或这个版本"


class RuleUnusable(Invalid):
    """The content is no rule that can be told; `faults` has a sentence for each fault."""

    slug, title = "rule-unusable", "规则不能使用"


class RuleOfProvince(Forbidden):
    """Rules are changed and published at the level of a province or above."""

    slug, title = "rule-of-province", "须由省级办理"
    detail = "通知规则由省级（或国家级）市场监管部门起草、发布，在本省适用。"


class RuleNotADraft(Conflict):
    """What was published is never changed: a new draft is."""

    slug, title = "rule-not-a-draft", "不是草稿"
    detail = "已发布或已被取代的版本不能再改，请起草新的版本。"


class RuleUnchanged(Conflict):
    """The draft says what is in force already."""

    slug, title = "rule-unchanged", "没有改动"
    detail = "草稿与在用的版本内容相同。"


class DraftOfAnother(Forbidden):
    """Only its drafter changes a draft: whoever publishes it must not have had a hand in it."""

    slug, title = "draft-of-another", "不是您起草的"
    detail = "草稿只能由起草人修改；要另作改动，请起草新的版本。"


class DrafterPublishes(MakerIsNotChecker):
    """The drafter may not publish."""

    detail = "起草人不能发布自己起草的规则，须由另一人发布。"
