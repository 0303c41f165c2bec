"""The recognition part of a policy: who may become a 名特优新 household, by which steps, and what ends it.

Data only, with the words of the law beside every item; the recognition service acts on it.
"""
