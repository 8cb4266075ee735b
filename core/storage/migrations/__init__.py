"""The one history of the tables, for SQLite and PostgreSQL; `core.storage.migrate` walks it."""
