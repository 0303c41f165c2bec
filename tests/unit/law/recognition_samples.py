"""A small policy with recognition, objections and duties, for the tests of those parts."""

from tests.unit.law.policy_samples import SMALL

CITED = "{article: 五, quote: 其余都是生存型}"

PARTS = f"""\
  - id: counting
    question: 数量是全部有效的，还是当年新认定的？
    in_force: stock
    readings: {{stock: {{title: 全部有效的}}, flow: {{title: 当年新认定的}}}}
    why: 原文没有写
    decides: 某市市场监督管理局
    level: city
  - id: rounding
    question: 怎样取整？
    in_force: floor
    readings:
      floor: {{title: "{{quota_percent}}以内，舍去小数"}}
      half-up: {{title: 四舍五入}}
      ceiling: {{title: 进一}}
    why: 原文没有写
    decides: 某市市场监督管理局
    level: city
recognition:
  parameters:
    quota_percent: {{title: 上限, unit: percent, values: {{2025-01-01: 5}}, citation: {CITED}}}
    opens: {{title: 开始, unit: month-day, values: {{2025-01-01: 08-11}}, citation: {CITED}}}
    closes: {{title: 截止, unit: month-day, values: {{2025-01-01: 11-30}}, citation: {CITED}}}
    benefits: {{title: 享受, unit: month-day, values: {{2025-01-01: 01-01}}, citation: {CITED}}}
    reports: {{title: 报告, unit: month-day, values: {{2025-01-01: 07-31}}, citation: {CITED}}}
    notice_days: {{title: 公示, unit: working-days, values: unset, citation: {CITED}}}
    three: {{title: 三年, unit: years, values: {{2025-01-01: 3}}, citation: {CITED}}}
    two: {{title: 两年, unit: years, values: {{2025-01-01: 2}}, citation: {CITED}}}
    growth_from: {{title: 明显增长, unit: percent, values: unset, citation: {CITED}}}
  recognised_by: [county]
  citation: {CITED}
  sources:
    - {{id: source.1, title: 成长型或发展型, expression: "typed_as in ('growth', 'development')", citation: {CITED}}}
    - {{id: source.2, title: 部门推荐, expression: recommended, citation: {CITED}}}
  disqualifiers:
    - id: disqualifier.1
      title: "{{two}}内受过处罚"
      expression: not penalty_decided_on at least :two years ago
      citation: {CITED}
  criteria: {{set_by: [county], filed_with: city, citation: {CITED}}}
  categories:
    renowned:
      citation: {CITED}
      points_needed: 60
      criteria:
        - {{id: renowned.1, title: 获奖, evidence: [证书], points: 40, citation: {CITED}}}
        - {{id: renowned.2, title: 商标, proven_by: intellectual_property, points: 30, citation: {CITED}}}
    emerging: {{citation: {CITED}}}
  one_category: {{citation: {CITED}}}
  one_per_person: {{citation: {CITED}}}
  quota: {{share: quota_percent, types: [growth, development], scope: county, counting: counting, rounding: rounding,
          citation: {CITED}}}
  season: {{opens: opens, until: closes, benefits_from: benefits, citation: {CITED}}}
  paths:
    application:
      citation: {CITED}
      steps:
        - {{step: application, by: [operator], from: opens, until: closes, citation: {CITED}}}
        - {{step: public-notice, by: [county], days: notice_days, citation: {CITED}}}
        - {{step: decision, by: [county], citation: {CITED}}}
        - {{step: report, by: [county], citation: {CITED}}}
    recommendation:
      citation: {CITED}
      steps:
        - {{step: consent, by: [operator], citation: {CITED}}}
        - {{step: recommendation, by: [department], citation: {CITED}}}
        - {{step: decision, by: [county], citation: {CITED}}}
  supervision: {{by: province, citation: {CITED}}}
  life:
    validity: {{years: three, citation: {CITED}}}
    information_report: {{until: reports, citation: {CITED}}}
    operator_change: {{citation: {CITED}}}
    confirmation:
      - {{id: confirmation.1, title: 仍可分型, expression: "typed_as <> 'ineligible'", citation: {CITED}}}
    cancellation: {{citation: {CITED}}}
    extension:
      years: three
      any:
        - {{id: extension.1, title: 增长, expression: revenue_growth >= :growth_from, citation: {CITED}}}
      citation: {CITED}
    revocation: {{ban_years: three, citation: {CITED}}}
objections:
  parameters:
    days: {{title: 期限, unit: working-days, values: {{2025-01-01: 15}}, verified: false, citation: {CITED}}}
  against:
    typing: {{received_by: [county], decided_by: [province], accept_days: days, decide_days: days, extend_days: days,
             citation: {CITED}}}
duties:
  - {{id: conduct.no-charges, kind: conduct, title: 不收费, kept_by: 没有收费功能, citation: {CITED}}}
"""

WHOLE = SMALL + PARTS
