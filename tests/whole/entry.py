"""Where a process of `tests.whole.programs` begins."""

import gc
import os
import runpy
import sys
import warnings
from collections.abc import Mapping, Sequence
from multiprocessing import reduction
from pathlib import Path
from typing import Any

# What the commands load when they are asked for; here it stands ready before the process is forked.
import bot.application
import bot.demo
import bot.doctor
import bot.sources.commands
import bot.subscriber_files
import bot.upkeep.commands  # noqa: F401
from handlers.texts import Texts

Texts.load()  # the catalogs are read once in each process, or before it is forked


class Stream:
    """An open file on its way into the process; it arrives as the number of its descriptor there."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrive, (reduction.DupFd(self._descriptor),)


def _arrive(duplicate: Any) -> int:
    return int(duplicate.detach())


def begin(
    module: str,
    arguments: Sequence[str],
    settings: Mapping[str, str],
    folder: Path,
    streams: Sequence[int],
    *,
    afresh: bool,
) -> None:
    """Become `python -m MODULE ARGUMENTS` with this environment, in this folder, on these three streams.

    `afresh` begins with a new interpreter, which imports everything itself, as for somebody who types the command.
    """
    for standard, given in enumerate(streams):
        os.dup2(given, standard)
        os.close(given)
    os.chdir(folder)
    if afresh:
        os.execve(sys.executable, [sys.executable, "-m", module, *arguments], dict(settings))  # noqa: S606 - ourselves
    os.environ.clear()
    os.environ.update(settings)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    if "PYTHONWARNINGS" in settings:
        warnings.simplefilter(settings["PYTHONWARNINGS"])  # type: ignore[arg-type]  # "error" in all of them
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except Exception:
        sys.excepthook(*sys.exc_info())  # the bot has its own, which hides secrets
        sys.exit(1)
    finally:
        gc.collect()  # what was left open is complained about, as at an interpreter's end
