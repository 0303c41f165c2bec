"""Random inspections by credit risk and type: what was delivered, the shares, the list, one household's record."""
