"""`python -m tests.fuzz [--minutes N] [--seed N] [PLACE …]`: every property test, round after round.

Each round tries other examples than the last. What fails is printed by pytest, with the seed that brings it back.
"""

import subprocess
import sys
import time
from pathlib import Path
from random import Random, SystemRandom

import click

ROOT = Path(__file__).parents[2]
# What meets the outside: messages and buttons, texts and pages, feeds and addresses, the webhook.
PLACES = ("tests/handlers", "tests/extract", "tests/sources", "tests/web")


@click.command()
@click.option("--minutes", default=10.0, show_default=True, help="No round begins after them.")
@click.option("--seed", type=int, help="Begin with the same rounds as another run.")
@click.argument("places", nargs=-1)
def main(minutes: float, seed: int | None, places: tuple[str, ...]) -> None:
    """Run the property tests of these files or folders, or of all that meets the outside. Exit 1 at what fails."""
    seed = SystemRandom().getrandbits(32) if seed is None else seed
    rounds = Random(seed)  # noqa: S311 - examples are no secret
    click.echo(f"seed {seed}")
    begin, done = time.monotonic(), 0
    while time.monotonic() - begin < minutes * 60:
        number = rounds.getrandbits(32)
        if _round(number, places or PLACES):
            click.echo(f"failed in round {done + 1}; again: --hypothesis-profile=fuzz --hypothesis-seed={number}")
            sys.exit(1)
        done += 1
        click.echo(f"round {done} passed, {(time.monotonic() - begin) / 60:.1f} minutes")


def _round(seed: int, places: tuple[str, ...]) -> int:
    options = ["-n", "0", "-q", "-m", "hypothesis", "--hypothesis-profile=fuzz", f"--hypothesis-seed={seed}"]
    return subprocess.run([sys.executable, "-m", "pytest", *options, *places], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    main()
