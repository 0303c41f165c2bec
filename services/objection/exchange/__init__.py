"""Exchange with the province's directory (省级名录, 异议申诉模块): objections filed there come in, answers go back.

The interfaces of these modules are not public. What is spoken here (`peer`) is this platform's own proposal, small
enough to be put in front of whatever a province runs; `deploy.sandbox.directory_peer` is a server that speaks it.
"""
