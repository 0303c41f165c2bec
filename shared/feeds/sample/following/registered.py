"""SQL of the registering bureau's feeds a year later: what was on record goes on, ends or is joined by new rows."""

from typing import Final

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.sample.following.chances import picked
from shared.feeds.sample.registration_feeds import KINDS_OF_OPERATORS, PENALTY_SHARES, PENALTY_YEARS

ABNORMAL_WHEN_SILENT: Final = 0.55
ABNORMAL_OTHERWISE: Final = 0.006
STILL_ABNORMAL: Final = 0.4  # of those that reported in time again
STILL_DISHONEST: Final = 0.75
DISHONEST: Final = 0.0008
SUSPENDED: Final = 0.004
RESUMED: Final = 0.4
PENALTY: Final = 0.003
REPAIRED: Final = 0.25
UNLISTED: Final = 0.25
LISTED: Final = 0.001
KIND: Final = 0.004
CONSENTED: Final = 0.1
REACHED: Final = 0.04  # of those that could not be reached before

REGISTRATION: Final = """
SELECT uscc, coalesce(n.name, r.name) AS name, coalesce(n.operator_name, r.operator_name) AS operator_name,
  coalesce(n.operator_id, r.operator_id) AS operator_id, h.region_code, r.industry_code, r.established_on, h.status,
  r.seasonal
FROM household h JOIN last_registration r USING (uscc) LEFT JOIN named n USING (uscc)
"""

CREDIT: Final = f"""
SELECT uscc, abnormal, seriously_dishonest FROM (SELECT uscc, c.uscc IS NOT NULL AS had_row,
  CASE WHEN NOT was_open THEN c.abnormal
    WHEN NOT reports AND is_open THEN coalesce(c.abnormal, false) OR draw(uscc, 'abnormal') < {ABNORMAL_WHEN_SILENT}
    WHEN coalesce(c.abnormal, false) THEN NOT is_open OR draw(uscc, 'restored') < {STILL_ABNORMAL}
    ELSE is_open AND draw(uscc, 'abnormal') < {ABNORMAL_OTHERWISE} END AS abnormal,
  CASE WHEN NOT was_open THEN c.seriously_dishonest
    WHEN coalesce(c.seriously_dishonest, false) THEN draw(uscc, 'dishonest') < {STILL_DISHONEST}
    ELSE draw(uscc, 'dishonest') < {DISHONEST} END AS seriously_dishonest
FROM household LEFT JOIN last_credit c USING (uscc)
) WHERE had_row OR abnormal OR seriously_dishonest
"""

SUSPENSION: Final = f"""
SELECT uscc, filed_on, until,
  CASE WHEN resumed_on IS NULL AND was_open AND filed_on + 30 <= this_day() AND draw(uscc, 'resumed') < {RESUMED}
    THEN between_days(uscc, 'resumed on', greatest(filed_on + 30, day_before() + 1), this_day())
    ELSE resumed_on END AS resumed_on
FROM last_suspension JOIN household USING (uscc)
UNION ALL BY NAME
SELECT uscc, filed_on, CASE WHEN draw(uscc, 'open-ended') < 0.4 THEN NULL
    ELSE between_days(uscc, 'until', filed_on + 90, filed_on + 1095) END AS until, NULL::DATE AS resumed_on
FROM (SELECT uscc, this_year(uscc, 'suspended on') AS filed_on FROM household
  WHERE is_open AND draw(uscc, 'suspended') < {SUSPENDED})
WHERE uscc NOT IN (SELECT uscc FROM last_suspension WHERE resumed_on IS NULL)
"""

_KINDS: Final = list(FEEDS["penalty"].column("kind").choices)
_SHOWN_DAYS: Final = "CASE WHEN kind = 'criticism' THEN 91 ELSE 1096 END"

PENALTY_ROWS: Final = f"""
WITH all_ AS (
  SELECT uscc, decided_on, kind, published_on, published_until, repaired_on FROM last_penalty
  WHERE decided_on > this_day() - {int(PENALTY_YEARS * 365.25)}
  UNION ALL
  SELECT uscc, this_year(uscc, 'penalty on'), {picked(_KINDS, PENALTY_SHARES, "draw(uscc, 'penalty kind')")},
    NULL, NULL, NULL
  FROM household WHERE was_open AND draw(uscc, 'penalty') < {PENALTY}
), published AS (
  SELECT uscc, decided_on, kind, published_until, repaired_on,
    CASE WHEN published_on IS NOT NULL OR kind = 'warning' THEN published_on
      WHEN shown_on <= this_day() THEN shown_on END AS published_on
  FROM (SELECT *, greatest(between_days(uscc, 'published', decided_on, decided_on + 19), day_before() + 1) AS shown_on
    FROM all_)
)
SELECT uscc, decided_on, kind, published_on,
  coalesce(published_until, published_on + {_SHOWN_DAYS}) AS published_until,
  CASE WHEN repaired_on IS NULL AND earliest <= latest AND draw(uscc, 'repaired' || decided_on) < {REPAIRED}
    THEN between_days(uscc, 'repaired on' || decided_on, earliest, latest) ELSE repaired_on END AS repaired_on
FROM (SELECT *, greatest(published_on + 90, day_before() + 1) AS earliest,
  least(coalesce(published_until, published_on + {_SHOWN_DAYS}), this_day()) AS latest FROM published)
"""

DEBTOR: Final = f"""
SELECT operator_id, listed_on, CASE WHEN removed_on IS NULL AND listed_on + 60 <= this_day()
    AND draw(operator_id, 'unlisted' || listed_on) < {UNLISTED}
  THEN between_days(operator_id, 'unlisted on', greatest(listed_on + 60, day_before() + 1), this_day())
  ELSE removed_on END AS removed_on
FROM last_dishonest_debtor
UNION ALL
SELECT operator_id, this_year(operator_id, 'listed on'), NULL
FROM (SELECT DISTINCT operator_id FROM last_registration WHERE regexp_full_match(operator_id, '[0-9]{{17}}[0-9X]'))
WHERE draw(operator_id, 'listed') < {LISTED}
  AND operator_id NOT IN (SELECT operator_id FROM last_dishonest_debtor WHERE removed_on IS NULL)
"""

_EACH_KIND: Final = [1 / len(KINDS_OF_OPERATORS)] * len(KINDS_OF_OPERATORS)

OPERATOR_KIND: Final = f"""
SELECT uscc, kind, since, until FROM last_operator_kind JOIN household USING (uscc) WHERE NOT new_operator
UNION ALL
SELECT uscc, {picked(KINDS_OF_OPERATORS, _EACH_KIND, "draw(uscc, 'kind')")},
  this_year(uscc, 'kind since'), NULL
FROM household
WHERE is_open AND draw(uscc, 'has kind') < {KIND}
  AND (new_operator OR uscc NOT IN (SELECT uscc FROM last_operator_kind))
"""

CONTACT: Final = f"""
SELECT uscc,
  CASE WHEN new_operator OR c.uscc IS NULL THEN '12' || lpad(floor(draw(uscc, 'phone') * 1e9)::BIGINT::VARCHAR, 9, '0')
    ELSE c.phone END AS phone,
  CASE WHEN NOT new_operator THEN c.email END AS email,
  CASE WHEN NOT new_operator AND c.consented_on IS NOT NULL THEN c.consented_on
    WHEN is_open AND draw(uscc, 'consents') < {CONSENTED} THEN this_year(uscc, 'consents on') END AS consented_on
FROM household LEFT JOIN last_contact c USING (uscc)
WHERE c.uscc IS NOT NULL OR is_open AND draw(uscc, 'reached') < {REACHED}
"""
