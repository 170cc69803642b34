"""What Prometheus is told, by its name. One registry, made by whoever runs the bot and handed over.

https://prometheus.io/docs/practices/naming/
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

from storage.deliveries import OPEN, Claim, Kind, Outcome, State

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0)
_REQUEST = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
# From a second, when nothing is in the way, to the two hours for which an alert is news.
_DELIVERY = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says at this moment. `owed` counts by kind, `sources` by health."""

    owed: Mapping[str, int]
    oldest_alert_s: float
    sources: Mapping[str, int]


class Metrics:
    """Every metric of the bot. Times are in seconds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.owed = Gauge("newsbot_owed", "Deliveries that are owed and not sent.", ["kind"], registry=registry)
        self.oldest_alert = Gauge(
            "newsbot_oldest_owed_alert_seconds", "Age of the oldest alert that is owed.", registry=registry
        )
        self.deliveries = Counter(
            "newsbot_deliveries",
            "Deliveries that have ended: by a request, or since they waited too long.",
            ["kind", "outcome"],
            registry=registry,
        )
        self.latency = Histogram(
            "newsbot_delivery_seconds",
            "From an alert's publication to its acceptance by Telegram.",
            buckets=_DELIVERY,
            registry=registry,
        )
        self.send_rate = Gauge(
            "newsbot_send_rate", "Messages a second that are kept to now.", ["lane"], registry=registry
        )
        self.budget_left = Gauge(
            "newsbot_send_budget_left", "Messages that might go out at once.", ["lane"], registry=registry
        )
        self.send_wait = Gauge(
            "newsbot_send_wait_seconds", "Time until the next message may go out.", ["lane"], registry=registry
        )
        self.requests = Histogram(
            "newsbot_telegram_request_seconds",
            "Requests to Telegram, long polls apart, by HTTP status (429: it asks to wait), or `lost`, or `not sent`.",
            ["ended"],
            buckets=_REQUEST,
            registry=registry,
        )
        self.silence = Gauge(
            "newsbot_updates_silence_seconds", "Time since Telegram last gave or confirmed updates.", registry=registry
        )
        self.updates = Histogram(
            "newsbot_update_seconds", "Updates that were handled.", ["kind"], buckets=_FAST, registry=registry
        )
        self.log_records = Counter(
            "newsbot_log_records", "Lines in the log that tell of trouble.", ["level"], registry=registry
        )
        self.sources = Gauge("newsbot_sources", "Sources that are followed.", ["health"], registry=registry)
        self.database = Histogram(
            "newsbot_database_seconds", "Transactions.", ["mode"], buckets=_FAST, registry=registry
        )
        self.database_up = Gauge("newsbot_database_up", "Whether the database answers.", registry=registry)
        self.ready = Gauge("newsbot_ready", "Whether /readyz says that all is well.", registry=registry)
        self.problems = Gauge(
            "newsbot_problem", "1 for each part that says that it is not well.", ["part"], registry=registry
        )
        ProcessCollector(registry=registry)
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        # What appears only with its first event hides it: from nothing to one Prometheus sees no increase.
        for kind in Kind:
            for state in set(State).difference(OPEN):
                self.deliveries.labels(kind, state)
        for ended in ("200", "429", "not sent", "lost"):
            self.requests.labels(ended)
        for level in ("warning", "error", "critical"):
            self.log_records.labels(level)
        for mode in ("read", "write"):
            self.database.labels(mode)

    def note_delivery(self, claim: Claim, outcome: Outcome) -> None:
        """A delivery has ended. Of alerts that were sent, the time since they were published is told."""
        self.deliveries.labels(claim.kind, outcome.state).inc()
        if claim.kind is Kind.ALERT and outcome.state is State.SENT and claim.owed_at is not None:
            self.latency.observe(max(0.0, (outcome.at - claim.owed_at).total_seconds()))

    def note_ended(self, kind: Kind, state: State, count: int) -> None:
        """Deliveries have ended without a request."""
        self.deliveries.labels(kind, state).inc(count)

    def note_transaction(self, mode: str, seconds: float) -> None:
        """A transaction has ended: `read` or `write`."""
        self.database.labels(mode).observe(seconds)

    def note_request(self, ended: str, seconds: float) -> None:
        """A request to Telegram has ended: its HTTP status, `not sent` or `lost`."""
        self.requests.labels(ended).observe(seconds)

    def note_update(self, kind: str, seconds: float) -> None:
        """An update has been handled."""
        self.updates.labels(kind).observe(seconds)

    def show(self, standing: Standing | None) -> None:
        """Take over what the database says; None where it does not answer, since old numbers would be false."""
        self.database_up.set(standing is not None)
        for gauge in (self.owed, self.sources):
            gauge.clear()
        self.oldest_alert.set(standing.oldest_alert_s if standing else float("nan"))
        if standing is not None:
            for kind, count in standing.owed.items():
                self.owed.labels(kind).set(count)
            for health, count in standing.sources.items():
                self.sources.labels(health).set(count)


@contextmanager
def counted(counter: Counter) -> Iterator[None]:
    """Count inside the block what goes into the log at WARNING and above, by its level."""
    handler = _CountingHandler(counter)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


class _CountingHandler(logging.Handler):
    def __init__(self, counter: Counter) -> None:
        super().__init__(logging.WARNING)
        self._counter = counter

    def emit(self, record: logging.LogRecord) -> None:
        self._counter.labels(record.levelname.lower()).inc()
