from __future__ import annotations

from bot.emulator.watch import Watch


async def test_a_page_that_no_longer_reads_is_closed_and_costs_nothing_more() -> None:
    watch = Watch()
    with watch.page() as queue:
        for number in range(20_000):
            watch.publish({"type": "message", "number": number})
        events = [queue.get_nowait() for _ in range(queue.qsize())]
    assert len(events) == 10_001
    assert events[-1] is None
    assert not watch.is_watched
