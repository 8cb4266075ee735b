"""Everything that is kept: tables, migrations, and repositories bound to one person."""
