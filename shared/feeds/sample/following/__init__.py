"""The following year of a sample: the same households a year later.

Read from the sample's own files, so that it works on every sample, also on one that this room wrote. Most households
stay as they are; a few close, move to another county of the sample, get another operator or another name; new ones
open. Figures grow out of the last ones that are known; marks, penalties, suspensions and the like go on, end or begin.
Households that are closed stay in the register with their status. Shares are plausible, without a published figure.

Every choice is drawn from a digest of the household's code, the seed and the year: it depends on nothing else, so the
order of rows and the number of threads change nothing.
"""
