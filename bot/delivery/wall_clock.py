"""Whether the clock on the wall was set back."""

import time
from datetime import datetime

# A clock that is only being adjusted is set back by less.
_SLACK_S = 1.0


class WallClock:
    """Compares the time of day with a clock that only goes forward."""

    def __init__(self) -> None:
        self._ahead = float("-inf")  # by how much the clock on the wall is ahead of the steady one

    def set_back_by(self, now: datetime) -> float:
        """Return the seconds by which the clock was set back since it was last asked; 0 where it was not."""
        ahead = now.timestamp() - time.monotonic()
        by, self._ahead = self._ahead - ahead, ahead
        return by if by > _SLACK_S else 0.0
