"""Alembic's scripts: one file a change, oldest first."""
