"""The published language: one frozen payload class per event, and nothing else.

Knows no service and no framework.
"""
