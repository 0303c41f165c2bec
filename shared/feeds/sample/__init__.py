"""Synthetic feeds that resemble a real province: for trying, testing and measuring without real data.

From published figures:
- about 24 % of the households are not eligible (Xizang 2025: 32.55 of 42.90 ten thousand eligible). It results
  from the defects: not registered (3.5 %), dormant ones that do not report and are marked abnormal (17 % of all),
  dishonest (0.3 %), tax non-normal, suspended;
- 2.68 people work in a household on average (national, end of 2021), operator included;
- trades: 4.4 / 6.0 / 89.6 % of the three sectors (national, August 2022).
Plausible, without a published figure: ages exponential (mean 6 years, up to 30), revenue lognormal (median
50,000 yuan), about a fifth of the households pay tax (median 1.2 % of revenue), few are insured or own a
trademark. Staff, revenue, tax and trademarks of one household are correlated.

Flaws of bureaus' data: feeds lack households, cells are empty, some tax offices deliver bands, some codes
are of old registers and fail their check (flagged), operators run several households, ids are spelt in several
ways, households have moved since their code was issued. Nothing else is rejected unless errors are planted.

The resulting shares of types are not tuned to anything. All people, names, ids and
telephones are invented and visibly so (`people`).
"""
