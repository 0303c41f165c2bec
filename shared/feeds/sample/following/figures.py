"""SQL of the feeds with figures a year later. Annual reports and taxes keep the rows of the year before, unchanged:
they say what the previous sample said.
"""

from itertools import pairwise
from typing import Final

from shared.feeds.sample.business_feeds import BANDS, TAX_RATE, TAX_RATE_SPREAD

STILL_PAYS_NOTHING: Final = 0.9
PAYS_NO_LONGER: Final = 0.04
PAYS_FIRST: Final = 0.04  # of those that are registered and had no row
STILL_KNOWN: Final = 0.97  # of those that had a row and reported
KNOWN_THOUGH_SILENT: Final = 0.15
REGISTERED_FOR_TAX: Final = 0.12
GENERAL: Final = 0.002
NON_NORMAL: Final = 0.003
NON_NORMAL_WHEN_SILENT: Final = 0.05
STILL_NON_NORMAL: Final = 0.8
STILL_INSURED: Final = 0.93
INSURED_FIRST: Final = 0.01
EMPTY: Final = 0.003

ANNUAL_REPORT: Final = f"""
SELECT uscc, year, filed_on, revenue, employees FROM last_annual_report WHERE year = figures_year() - 1
UNION ALL
SELECT uscc, figures_year(),
  CASE WHEN draw(uscc, 'undated') >= {EMPTY}
    THEN last_day - least(last_day - first_day, floor(-50 * ln(1 - draw(uscc, 'filed'))))::INTEGER END,
  CASE WHEN draw(uscc, 'no revenue') >= 0.01 THEN revenue::DECIMAL(18,2) END,
  CASE WHEN draw(uscc, 'no staff') >= 0.01 THEN employees END
FROM (SELECT *, make_date(figures_year() + 1, 1, 1) AS first_day,
  least(make_date(figures_year() + 1, 6, 30), this_day()) AS last_day FROM household WHERE reports)
"""

_YUAN: Final = [int(fen) // 100 for fen in BANDS]
_LOWER: Final = "CASE " + " ".join(f"WHEN paid >= {yuan} THEN {yuan}" for yuan in reversed(_YUAN)) + " END"
_UPPER: Final = "CASE " + " ".join(f"WHEN paid < {above} THEN {above} - 0.01" for _, above in pairwise(_YUAN)) + " END"
_ANEW: Final = f"revenue * {TAX_RATE} * exp({TAX_RATE_SPREAD} * gauss(uscc, 'rate'))"

TAX: Final = f"""
WITH payer AS (
  SELECT h.*, t.uscc IS NOT NULL AS had_row,
    coalesce(t.tax_paid, (t.tax_paid_min + coalesce(t.tax_paid_max, 2 * t.tax_paid_min)) / 2)::DOUBLE AS paid_before,
    t.tax_paid IS NULL AND t.tax_paid_min IS NOT NULL AND h.region_code = h.region_before AS banded
  FROM household h SEMI JOIN last_tax_registration USING (uscc)
  LEFT JOIN (FROM last_tax WHERE year = figures_year() - 1) t ON t.uscc = h.uscc
), paying AS (
  SELECT uscc, banded, round(CASE WHEN NOT reports OR revenue = 0 THEN 0
      WHEN paid_before IS NULL THEN {_ANEW}
      WHEN paid_before = 0 THEN CASE WHEN draw(uscc, 'pays') < {STILL_PAYS_NOTHING} THEN 0 ELSE {_ANEW} END
      WHEN draw(uscc, 'pays') < {PAYS_NO_LONGER} THEN 0
      ELSE paid_before * exp(0.12 * gauss(uscc, 'tax'))
        * CASE WHEN revenue_before > 0 THEN least(5, greatest(0.2, revenue / revenue_before)) ELSE 1 END
      END, 2) AS paid,
    draw(uscc, 'tax unknown') < {EMPTY} AS unknown
  FROM payer
  WHERE was_open AND CASE WHEN NOT had_row THEN reports AND draw(uscc, 'taxed') < {PAYS_FIRST}
    ELSE draw(uscc, 'taxed') < CASE WHEN reports THEN {STILL_KNOWN} ELSE {KNOWN_THOUGH_SILENT} END END
), divided AS (
  SELECT *, round(paid * (0.5 + 0.3 * draw(uscc, 'vat')), 2) AS vat FROM paying
)
SELECT uscc, year, tax_paid, vat_paid, income_tax_paid, tax_paid_min, tax_paid_max
FROM last_tax WHERE year = figures_year() - 1
UNION ALL
SELECT uscc, figures_year(),
  CASE WHEN NOT banded AND NOT unknown THEN paid::DECIMAL(18,2) END,
  CASE WHEN NOT banded AND NOT unknown THEN vat::DECIMAL(18,2) END,
  CASE WHEN NOT banded AND NOT unknown
    THEN ((paid - vat) * (0.5 + 0.4 * draw(uscc, 'income tax')))::DECIMAL(18,2) END,
  CASE WHEN banded THEN {_LOWER}::DECIMAL(18,2) END,
  CASE WHEN banded THEN ({_UPPER})::DECIMAL(18,2) END
FROM divided
"""

TAX_REGISTRATION: Final = f"""
SELECT uscc,
  CASE WHEN t.uscc IS NULL THEN this_year(uscc, 'tax registered on') ELSE t.registered_on END AS registered_on,
  CASE WHEN t.uscc IS NOT NULL AND t.general_taxpayer IS NULL THEN NULL
    ELSE coalesce(t.general_taxpayer, false) OR draw(uscc, 'general') < {GENERAL} END AS general_taxpayer,
  CASE WHEN NOT was_open THEN t.non_normal
    WHEN coalesce(t.non_normal, false) THEN draw(uscc, 'non-normal') < {STILL_NON_NORMAL}
    WHEN reports THEN draw(uscc, 'non-normal') < {NON_NORMAL}
    ELSE draw(uscc, 'non-normal') < {NON_NORMAL_WHEN_SILENT} END AS non_normal
FROM household LEFT JOIN last_tax_registration t USING (uscc)
WHERE t.uscc IS NOT NULL OR is_open AND reports AND draw(uscc, 'tax registered') < {REGISTERED_FOR_TAX}
"""

SOCIAL_INSURANCE: Final = f"""
SELECT uscc, figures_year() AS year,
  CASE WHEN draw(uscc, 'staff unknown') >= 0.005 THEN greatest(1, least(employees,
    coalesce(s.insured_staff + employees - coalesce(employees_before, employees), 1))) END AS insured_staff,
  CASE WHEN s.uscc IS NOT NULL THEN s.operator_insured ELSE draw(uscc, 'self') < 0.7 END AS operator_insured
FROM household LEFT JOIN (FROM last_social_insurance WHERE year = figures_year() - 1) s USING (uscc)
WHERE was_open AND reports
  AND draw(uscc, 'insured') < CASE WHEN s.uscc IS NULL THEN {INSURED_FIRST} ELSE {STILL_INSURED} END
"""
