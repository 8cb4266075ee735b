"""Doors for programs: the gate, the relay socket, health and metrics."""
