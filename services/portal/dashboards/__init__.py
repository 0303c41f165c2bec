"""Dashboards for officers: counts of typing by place and over time, and how work goes. In the order of codes, never
ranked: 促进个体工商户发展条例 art. 32.
"""
