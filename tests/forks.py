"""The process from which others are forked, so that they start in a moment: it has imported everything already."""

import multiprocessing
from multiprocessing.context import ForkServerContext

# All of them at once: there is one such process, and it imports when it starts.
_PRELOADED = ["tests.delivery.engine", "tests.whole.entry"]


def fork_server() -> ForkServerContext:
    """Return what starts processes. Each is a real one, with its own memory, files, signals and end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context
