"""How Python's cyclic garbage collector is set in a process that runs for long."""

import gc

# By how many objects those in existence must have grown before the youngest are looked through. Python's 700 is reached
# dozens of times a second in a broadcast, and nearly everything that a message needs is freed without the collector.
_GROWN_BY = 10_000


def relax() -> None:
    """Leave what is there now out of every later collection, and collect less often. Call it once all is imported.

    The libraries' modules are hundreds of thousands of objects that live as long as the process. To walk through them
    time and again took more than a fifth of the engine's processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GROWN_BY)
