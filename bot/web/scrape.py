"""`/metrics`, as Prometheus asks for it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.budget import SendBudget
from bot.metrics import Metrics, Standing
from bot.web.health import Vitals
from storage import backlog, source_polls
from storage.database import Database

logger = logging.getLogger(__name__)

_DATABASE_S = 5.0


class Scrape:
    """Looks at what changes without an event, whenever somebody asks."""

    def __init__(
        self,
        registry: CollectorRegistry,
        metrics: Metrics,
        database: Database,
        vitals: Vitals,
        budget: SendBudget,
        *,
        paid: bool,
        now: Callable[[], datetime],
    ) -> None:
        """`paid` says whether the budget has a lane that is paid for."""
        self._registry = registry
        self._metrics = metrics
        self._database = database
        self._vitals = vitals
        self._budget = budget
        self._lanes = {"free": False, "paid": True} if paid else {"free": False}
        self._now = now
        # Several scrapers at once are answered one after another: what they ask the database for takes a while.
        self._turn = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """Return the one route."""
        return [web.get("/metrics", self._answer)]

    async def _answer(self, _request: web.Request) -> web.Response:
        async with self._turn:
            self._metrics.show(await self._ask_database())
            problems = await self._vitals.problems()
            self._metrics.ready.set(not any(problems.values()))
            for part, problem in problems.items():
                self._metrics.problems.labels(part).set(problem is not None)
            for lane, paid in self._lanes.items():
                self._metrics.send_rate.labels(lane).set(self._budget.rate(paid=paid))
                self._metrics.budget_left.labels(lane).set(self._budget.free(paid=paid))
                self._metrics.send_wait.labels(lane).set(self._budget.delay(paid=paid))
            text = generate_latest(self._registry)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def _ask_database(self) -> Standing | None:
        now = self._now()
        try:
            async with asyncio.timeout(_DATABASE_S), self._database.read() as connection:
                owed = await backlog.owed_by_kind(connection)
                oldest = await backlog.oldest_alert(connection)
                sources = await source_polls.count_by_health(connection, now=now)
        except (SQLAlchemyError, OSError) as error:
            logger.error("/metrics tells less, since the database does not answer: %s", str(error).partition("\n")[0])
            return None
        return Standing(
            owed={str(kind): count for kind, count in owed.items()},
            oldest_alert_s=max(now - oldest, timedelta()).total_seconds() if oldest else 0.0,
            sources={str(health): count for health, count in sources.items()},
        )
