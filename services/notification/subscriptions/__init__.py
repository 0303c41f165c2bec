"""Webhooks (推送订阅): events sent over HTTP to a department's or a platform's system, after Standard Webhooks."""
