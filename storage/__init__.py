"""KEEP: what the bot knows, in rows. Imports nothing of the floors above."""
