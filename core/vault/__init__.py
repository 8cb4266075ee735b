"""Seals what must not be read by whoever holds the database file."""
