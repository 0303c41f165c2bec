"""Taking in one delivered file, the same for every service that has feeds: its declaration, its bytes on disk, its
validation, and the reasons to refuse it as a whole.
"""
