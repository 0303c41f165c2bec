"""SQL of the feeds of inspections and of intellectual property a year later."""

from typing import Final

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.reading.sql import literal
from shared.feeds.sample.following.chances import picked
from shared.feeds.sample.inspection_feeds import OUTCOME_SHARES, VIOLATION_YEARS

CLASS_MOVES: Final = 0.1  # to the next class, up and down each
VIOLATION: Final = 0.0027
CORRECTED: Final = 0.5
ANOTHER_TRADEMARK: Final = 0.08
ANOTHER_PATENT: Final = 0.03
FIRST_TRADEMARK: Final = 0.001

INTELLECTUAL_PROPERTY: Final = f"""
SELECT uscc, CASE WHEN p.uscc IS NULL THEN 1 ELSE trademarks_in_use
    + (is_open AND draw(uscc, 'trademark') < {ANOTHER_TRADEMARK})::INTEGER END AS trademarks_in_use,
  CASE WHEN p.uscc IS NULL THEN 0 ELSE patents
    + (is_open AND draw(uscc, 'patent') < {ANOTHER_PATENT})::INTEGER END AS patents
FROM household LEFT JOIN last_intellectual_property p USING (uscc)
WHERE p.uscc IS NOT NULL OR is_open AND draw(uscc, 'trademark') < {FIRST_TRADEMARK}
"""

_CLASSES: Final = "[" + ", ".join(map(literal, FEEDS["credit_risk"].column("risk_class").choices)) + "]"

CREDIT_RISK: Final = f"""
SELECT uscc, {_CLASSES}[greatest(1, least(len({_CLASSES}), list_position({_CLASSES}, risk_class) + CASE
    WHEN draw(uscc, 'class') < {CLASS_MOVES} THEN 1 WHEN draw(uscc, 'class') > {1 - CLASS_MOVES} THEN -1 ELSE 0 END))]
    AS risk_class,
  CASE WHEN draw(uscc, 'undated class') >= 0.02
    THEN between_days(uscc, 'graded', greatest(this_day() - 179, established_on), this_day()) END AS graded_on
FROM last_credit_risk JOIN household USING (uscc) WHERE is_open
UNION ALL
SELECT uscc, risk_class, graded_on FROM last_credit_risk JOIN household USING (uscc) WHERE NOT is_open
"""

_FIELDS, _OUTCOMES = (list(FEEDS["violation"].column(name).choices) for name in ("field", "outcome"))
_EACH: Final = [1 / len(_FIELDS)] * len(_FIELDS)

VIOLATION_ROWS: Final = f"""
SELECT uscc, found_on, field, outcome, CASE
    WHEN corrected_on IS NULL AND draw(uscc, 'corrected' || found_on) < {CORRECTED}
    THEN this_year(uscc, 'corrected on' || found_on) ELSE corrected_on END AS corrected_on
FROM last_violation WHERE found_on > this_day() - {int(VIOLATION_YEARS * 365.25)}
UNION ALL
SELECT uscc, found_on, {picked(_FIELDS, _EACH, "draw(uscc, 'field')")},
  {picked(_OUTCOMES, OUTCOME_SHARES, "draw(uscc, 'outcome')")},
  CASE WHEN draw(uscc, 'corrects') < 0.8 AND found_on + 29 <= this_day()
    THEN between_days(uscc, 'corrects on', found_on, found_on + 29) END
FROM (SELECT uscc, this_year(uscc, 'found on') AS found_on FROM household
  WHERE was_open AND draw(uscc, 'violation') < {VIOLATION})
"""
