"""Coinbase as the sandbox plays it: the Advanced Trade WebSocket and the public REST API."""
