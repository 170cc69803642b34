"""The whole job on this machine: the real bot, a Bot API server of our own, and three people with phones."""

from bot.demo.stage import live, once

__all__ = ["live", "once"]
