"""Reconciliation (对账): what a system holds against what it has acknowledged, county by county and then row by row."""
