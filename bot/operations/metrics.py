"""The metrics in the format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.domain.loads import LoadState
from bot.domain.status import Status
from bot.services.timings import BUCKETS, Timings


def exposition(
    status: Status, loads: Mapping[LoadState, int], searches: Timings, *, connected: bool, lag: float
) -> tuple[bytes, str]:
    """The page, and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Metrics(status, loads, searches, connected, lag))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


class _Metrics(Collector):
    def __init__(
        self,
        status: Status,
        loads: Mapping[LoadState, int],
        searches: Timings,
        connected: bool,
        lag: float,
    ) -> None:
        self._status = status
        self._loads = loads
        self._searches = searches
        self._connected = connected
        self._lag = lag

    def collect(self) -> Iterator[Metric]:
        status = self._status
        yield _gauge("gateway_connected", "1 if the bot is connected to Discord.", self._connected)
        yield _gauge("event_loop_lag_seconds", "The worst lag of the last minute.", self._lag)
        queue = _family("queued_messages", "Messages that are due or being sent.", "kind")
        for kind in ("digests", "notices", "edits"):
            queue.add_metric([kind], getattr(status.waiting, kind))
        yield queue
        loads = _family("loads", "Loads by state.", "state")
        for state in get_args(LoadState):
            loads.add_metric([state], self._loads.get(state, 0))
        yield loads
        yield _gauge("failed_messages", "Messages that failed in the last day.", status.failed)
        sizes = _family("database_bytes", "Bytes of a database with its write-ahead log.", "database")
        sizes.add_metric(["corpus"], status.disk.corpus)
        sizes.add_metric(["state"], status.disk.state)
        yield sizes
        yield _gauge("disk_free_bytes", "Free bytes on the disk with the data folder.", status.disk.free)
        if status.last_backup is not None:
            seconds = status.last_backup.timestamp()
            yield _gauge("last_backup_timestamp_seconds", "When the last backup was made.", seconds)
        troubles = _family("trouble", "1 for what the operator has to mend.", "kind")
        for trouble in status.troubles:
            troubles.add_metric([trouble.kind], 1)
        yield troubles
        counts = self._searches.cumulative()
        bounds = ["+Inf" if bound == float("inf") else str(bound) for bound in BUCKETS]
        yield HistogramMetricFamily(
            "newsdesk_search_seconds",
            "The duration of searches, with their time in the queue.",
            buckets=list(zip(bounds, map(float, counts), strict=True)),
            sum_value=self._searches.seconds,
        )


def _gauge(name: str, help_: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"newsdesk_{name}", help_, value=value)


def _family(name: str, help_: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"newsdesk_{name}", help_, labels=[label])
