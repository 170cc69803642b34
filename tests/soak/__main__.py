"""`python -m tests.soak [--minutes N] …`: the real bot under load and in every kind of trouble, and then its ledger.

The bot and the emulator run in processes of their own. The emulator keeps Telegram's limits, but for the whole bot's:
there it takes `--rate` messages a second, so that what 100,000 subscribers are owed goes out within the minutes.
Exit 1, with a line on each thing that is wrong.
"""

import asyncio
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import click

from storage.database import Database
from tests.bench.server import telegram as emulator
from tests.databases import running_postgres, set_up, sqlite_url
from tests.soak import curves, ledger
from tests.soak.bot_process import BotProcess
from tests.soak.client import Telegram, connected
from tests.soak.outside import outside
from tests.soak.people import EDITOR, Newsroom, People, owed
from tests.soak.readers import Readers
from tests.soak.stories import Stories
from tests.soak.trouble import INVENTED, Trouble, lock_of
from tests.whole.programs import environment

# Of the time: for restarts, for trouble and publishing; the rest is for settling and for a look at a long life.
_RESTARTS, _TROUBLE = 0.5, 0.8
# What is owed at most, in seconds of sending, before the newsroom publishes more.
_ROOM_S = 20
_START_S, _CALM_S = 60.0, 10.0
_ASKED = 50


@click.command()
@click.option("--minutes", default=20.0, show_default=True, help="How long; settling comes on top.")
@click.option("--subscribers", default=100_000, show_default=True)
@click.option("--people", default=1_000, show_default=True, help="Who write and press at once.")
@click.option("--think", default=40.0, show_default=True, help="Seconds between two acts of each, in the mean.")
@click.option("--rate", default=300.0, show_default=True, help="Messages a second.")
@click.option("--seed", default=1, show_default=True, help="Of what is told, of what people do, and of the trouble.")
@click.option("--webhook", is_flag=True, help="Let updates be posted, instead of polling for them.")
@click.option("--postgres", is_flag=True, help="On a PostgreSQL, instead of SQLite.")
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw memory and handles into this PNG."
)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Keep database and log here.")
def main(folder: Path | None, postgres: bool, **options: object) -> None:
    """Run the soak."""
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place.mkdir(parents=True, exist_ok=True)
        url = stack.enter_context(_postgres()) if postgres else sqlite_url(place.absolute() / "news.db")
        api = stack.enter_context(emulator(rate=float(str(options["rate"]))))
        wrong = asyncio.run(Soak(api, url, place.absolute(), **options).run())  # type: ignore[arg-type]  # click's
    for line in wrong:
        click.echo(f"WRONG: {line}")
    click.echo("the soak found nothing" if not wrong else f"the soak found {len(wrong)} things")
    sys.exit(1 if wrong else 0)


@contextmanager
def _postgres() -> Iterator[str]:
    with running_postgres() as server, server.fresh_database() as url:
        yield url


class Soak:
    """One run."""

    def __init__(
        self,
        api: str,
        database_url: str,
        folder: Path,
        *,
        minutes: float,
        subscribers: int,
        people: int,
        think: float,
        rate: float,
        seed: int,
        webhook: bool,
        picture: Path | None,
    ) -> None:
        self._api = api
        self._url = database_url
        self._folder = folder
        self._seconds = minutes * 60
        self._people = people
        self._think_s = think
        self._rate = rate
        self._seed = seed
        self._picture = picture
        self._readers = Readers(subscribers, Random(f"{seed} readers"))
        port = _free_port()
        self._settings = environment(
            api,
            database_url,
            OWNER_IDS=str(EDITOR),
            SEND_RATE=str(rate),
            LISTEN_ADDRESS=f"127.0.0.1:{port}",
            PUBLIC_URL=f"http://127.0.0.1:{port}",
            UPDATES="webhook" if webhook else "polling",
            ALLOW_PRIVATE_ADDRESSES="true",
            # Some of what is owed is to become too old.
            ALERT_TTL=f"{max(2, round(minutes / 4))}m",
        )

    async def run(self) -> list[str]:
        """Return what is wrong, in a line each."""
        await set_up(self._url)
        database = Database(self._url)
        try:
            async with connected(self._api) as telegram, outside(self._random("outside")) as web:
                begin = time.monotonic()
                await self._readers.subscribe(database, self._seconds)
                await web.follow(database)
                lasted = time.monotonic() - begin
                print(f"{self._readers.count:,} subscribers after {lasted:.0f} s; {self._describe()}", flush=True)
                people = People(telegram, self._random("people"), self._people, self._think_s)
                await people.arrive()
                stories = Stories(self._random("stories"), self._readers.sections)
                newsroom = Newsroom(
                    telegram,
                    database,
                    web,
                    stories,
                    self._random("newsroom"),
                    room=round(self._rate * _ROOM_S),
                    settings=self._settings,
                    folder=self._folder,
                )
                return await self._live(database, telegram, people, newsroom)
        finally:
            await database.close()

    async def _live(self, database: Database, telegram: Telegram, people: People, newsroom: Newsroom) -> list[str]:
        begin = time.monotonic()
        bot = BotProcess(self._settings, self._folder, begin)
        await bot.start()
        trouble = Trouble(telegram, bot, lock_of(database), self._random("trouble"))
        async with asyncio.TaskGroup() as group:
            watching = [
                group.create_task(bot.watch()),
                group.create_task(curves.print_minutes(bot, telegram, database, people.answers, newsroom, trouble)),
            ]
            busy = [group.create_task(people.act()), group.create_task(newsroom.work())]
            await trouble.make(restarts_until=begin + self._seconds * _RESTARTS, until=begin + self._seconds * _TROUBLE)
            busy.pop().cancel()
            await asyncio.sleep(max(0.0, begin + self._seconds - time.monotonic()))
            busy.pop().cancel()
            settled = await self._settle(database)
            in_vain = await people.ask_all(_ASKED)
            held = await curves.handles_at_rest(bot)
            await bot.restart(signal.SIGTERM)
            in_vain += await people.ask_all(_ASKED)
            flat, grows = curves.judge_handles(held, await curves.handles_at_rest(bot))
            for task in watching:
                task.cancel()
        await bot.end(signal.SIGTERM)
        verdict = await ledger.check(database, telegram, self._readers.followers, self._readers.silent)
        verdict.expect(settled, f"{await owed(database):,} deliveries were still open when all had been calm for long")
        verdict.expect(not in_vain, f"{in_vain} of {2 * _ASKED} people were not answered when all was calm")
        passed = (await telegram.ask("ledger"))["limits_passed"]
        verdict.expect(not passed.get("overall"), f"the whole bot's limit was passed {passed.get('overall')} times")
        verdict.none_of(bot.tracebacks(besides=INVENTED), "tracebacks are in the log")
        verdict.wrong += bot.complaints
        lines, wrong = curves.judge(bot.lives)
        print(f"trouble: {dict(trouble.seen)}; the newsroom: {newsroom.done}; limits passed: {passed}")
        print("deliveries, at the end:", *verdict.figures, "processes:", *lines, flat, sep="\n")
        if self._picture:
            curves.draw(bot.lives, self._picture)
        return verdict.wrong + wrong + grows

    async def _settle(self, database: Database) -> bool:
        """Wait until nothing is open any more; return whether that came."""
        until = time.monotonic() + _START_S + 2 * await owed(database) / self._rate + self._seconds
        calm_since = None
        while time.monotonic() < until:
            if await owed(database):
                calm_since = None
            elif calm_since is None:
                calm_since = time.monotonic()
            elif time.monotonic() - calm_since > _CALM_S:
                return True
            await asyncio.sleep(1)
        return False

    def _random(self, what: str) -> Random:
        """Dice of its own for each, so that what one does changes nothing for the others."""
        return Random(f"{self._seed} {what}")

    def _describe(self) -> str:
        kind = "PostgreSQL" if self._url.startswith("postgresql") else "SQLite"
        ways = self._settings["UPDATES"]
        return f"{self._people:,} people, {self._rate:g} messages a second, {kind}, {ways}, seed {self._seed}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
