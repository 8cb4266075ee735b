"""Repositories: each bound to one transaction, and the personal ones to one person."""
