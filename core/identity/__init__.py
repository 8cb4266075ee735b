"""Who may come in: accounts, sessions, API tokens."""
