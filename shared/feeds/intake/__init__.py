"""Taking in one delivered file, the same for every service that has feeds: what is declared with it, its bytes to a
file, the check row by row, files under their hash, and the one kind of error that refuses it whole.

What becomes of the accepted rows is each service's own. Knows no HTTP and no database.
"""
