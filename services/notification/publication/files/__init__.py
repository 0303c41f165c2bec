"""Systems that take files only: a batch as CSV or workbook with its manifest, its hand-over, and import of receipts."""
