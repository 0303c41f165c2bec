"""Visits that are due to a household (必访), who makes them (包抓联系), and what they found."""
