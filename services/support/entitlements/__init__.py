"""Entitlements without application (免申即享): what each measure is to each household, and what departments report."""
