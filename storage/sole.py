"""The right to be the one process that runs on an SQLite file. It ends with the process, however that ends."""

import fcntl
import logging
import os
from pathlib import Path

logger = logging.getLogger(__name__)


class SoleUse:
    """A lock on an empty file beside the database's; SQLite's own locks are held for one transaction only."""

    def __init__(self, database: Path) -> None:
        """Nothing is locked yet. Several ways to one file are one file."""
        file = database.resolve()
        self._lock_file = file.with_name(f"{file.name}.lock")
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Return whether the right is ours from now on; False where another process has it.

        Where the file system knows no locks, it is granted with a warning. Raise `OSError` where there is no folder for
        the file, or none that may be written to.
        """
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except OSError as error:
            logger.warning("%s cannot be locked, so see to it that one bot runs: %s", self._lock_file, error.strerror)
        self._descriptor = descriptor
        return True

    def give_back(self) -> None:
        """Let another process have it. The empty file stays: to delete it would let two have it at once."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
