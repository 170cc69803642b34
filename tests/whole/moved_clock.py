"""The bot with its clock moved: `python -m tests.whole.moved_clock SECONDS`. Only the time it is told differs.

With each SIGUSR1 another minute has passed for it.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime, timedelta

from bot import application, config, logs


async def main(moved: timedelta) -> None:
    """Run as `python -m bot run` does."""

    def now() -> datetime:
        return application.utc_now() + moved

    def pass_a_minute(_signum: int, _frame: object) -> None:
        nonlocal moved
        moved += timedelta(minutes=1)

    signal.signal(signal.SIGUSR1, pass_a_minute)
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # as `bot.__main__` does
    settings = config.load()
    logs.configure(settings.log_level, settings.log_format, [])
    await application.run(settings, now=now)


if __name__ == "__main__":
    asyncio.run(main(timedelta(seconds=float(sys.argv[1]))))
