"""What can be refused about quotas, criteria and seasons."""

from shared.platform.errors import Conflict, Forbidden, Invalid, MakerIsNotChecker, NotFound


class SeasonNotOpen(Conflict):
    """The season is not open."""

    slug, title = "season-not-open", "认定季没有开放"
    detail = "本县本年度的认定季没有开始或已经结束"


class CriteriaPublished(Conflict):
    """Published criteria are final."""

    slug, title = "criteria-published", "已经公布"


class PublicationOfOwnCriteria(MakerIsNotChecker):
    """Who drafted criteria does not publish them."""

    title = "须由另一人公布"
    detail = "起草人不能公布自己起草的标准，请由另一名人员公布"


class FilingNotNeeded(Conflict):
    """The policy does not ask for these criteria to be filed."""

    slug, title = "no-filing", "不须备案"
    detail = "按政策，这份分类标准不须报上级备案"


class CriteriaNotPublished(Conflict):
    """Criteria are filed once they are published."""

    slug, title = "criteria-not-published", "尚未公布"
    detail = "分类标准公布以后才能登记备案"


class CriteriaFiled(Conflict):
    """The criteria were filed before."""

    slug, title = "criteria-filed", "已经备案"


class CriteriaFiledInFuture(Invalid):
    """A filing on a day to come."""

    slug, title = "filed-in-future", "备案日期不对"


class CriteriaUnusable(Invalid):
    """Criteria that contradict themselves."""

    slug, title = "criteria-unusable", "分类标准不能使用"


class CriteriaNotFound(NotFound):
    """No such criteria that the caller may see."""

    slug, title = "criteria-not-found", "没有这份标准"
    detail = "没有这份分类标准，或不在您的管辖范围内"


class DraftsHidden(Forbidden):
    """Drafts of criteria are for officials of the region."""

    slug, title = "drafts", "不能看草稿"
    detail = "草稿只供本辖区的经办人员和公布人员查看，请先登录或改查本辖区"


class QuotaMissing(Conflict):
    """No quota is set for the county and year."""

    slug, title = "no-quota", "还没有核定名额"


class RunNotPublished(Conflict):
    """The year's typing is not published yet."""

    slug, title = "no-published-run", "还没有分型结果"


class QuotaScopeWrong(Invalid):
    """The policy reckons quotas for regions of another level."""

    slug, title = "quota-scope", "名额的范围不对"


class QuotaShareUnset(Invalid):
    """The policy leaves the quota's share open."""

    slug, title = "parameter-unset", "政策数值未设定"


class QuotaCountyLeftOut(Invalid):
    """An apportionment that does not name a county: it would silently have no place."""

    slug, title = "quota-county-left-out", "有的县没有写名额"


class QuotaNotApportioned(Invalid):
    """Places by county under a policy whose scope shares them."""

    slug, title = "quota-not-apportioned", "名额不分配到县"


class QuotaCountyUnknown(Invalid):
    """Counties outside the quota's region."""

    slug, title = "quota-county", "有不属于本范围的县"


class QuotaExceeded(Invalid):
    """Counties together would get more than the quota."""

    slug, title = "quota-exceeded", "分配超过总数"


class QuotaFrozen(Conflict):
    """A season that rests on the quota has begun."""

    slug, title = "quota-frozen", "名额已冻结"
    detail = "范围内已有认定季开始，名额不能再改"


class SeasonNotReady(Conflict):
    """The season cannot be opened yet; `reasons` says why."""

    slug, title = "season-not-ready", "还不能开始"


class SeasonNotFound(NotFound):
    """No such season that the caller may see."""

    slug, what = "season-not-found", "这个认定季"


class SeasonFixed(Invalid):
    """A season stays its county's and year's."""

    slug, title = "another-season", "不能换成另一个认定季"


class SeasonBegun(Conflict):
    """The season was opened: it can no longer be corrected or removed."""

    slug, title = "season-begun", "认定季已经开始"


class QuotaPolicyDiffers(Conflict):
    """The quota rests on another policy, or on other numbers or readings."""

    slug, title = "another-policy", "与名额的政策不同"


class SeasonNotExtendable(Conflict):
    """Only an open season is extended."""

    slug, title = "season-not-extendable", "认定季不能延期"


class ExtensionOfAnotherLevel(Forbidden):
    """The policy names the day: a superior moves it, by a document."""

    slug, title = "extension-of-another-level", "须由上级延期"


class ExtensionWrong(Invalid):
    """The days are no extension; `reasons` says why."""

    slug, title = "extension-wrong", "延期的日期不对"


class DateSetByPolicy(Invalid):
    """The policy sets a date or number that the county would set."""

    slug, title = "set-already", "政策已有规定"


class DatesOutOfOrder(Invalid):
    """The season's dates do not follow one another."""

    slug, title = "dates-out-of-order", "日期先后不对"


class SeasonDaysUnset(Invalid):
    """Neither the policy nor the order says how many working days a step has."""

    slug, title = "season-days-unset", "工作日数未定"


class SeasonDateUnset(Invalid):
    """Neither the policy nor the order says a date."""

    slug, title = "date-unset", "日期未定"


class QuotaCollides(Conflict):
    """The region, or a county in it, has another quota for the year."""

    slug, title = "quota-collides", "已有名额"


class CriteriaExist(Conflict):
    """Somebody else has just drafted criteria for the region and year."""

    slug, title = "criteria-exist", "已有标准"


class SeasonExists(Conflict):
    """The county has a season of the year."""

    slug, title = "season-exists", "已有认定季"


class SeasonInUse(Conflict):
    """Somebody has begun to write an application."""

    slug, title = "season-in-use", "不能删除"
    detail = "已有经营者在这个认定季起草申报，不能删除；可以更正"
