"""TALK: how the bot speaks with subscribers and the newsroom. Imports `storage`, never `bot`."""
