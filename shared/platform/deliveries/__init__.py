"""Deliveries of feeds, the same for every service that takes them: the row, receiving, the HTTP endpoints."""
