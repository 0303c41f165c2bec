"""Households that a county has chosen: contact points, its white list; and samples that anybody can draw again."""
