"""Whether other processes still run is seen by their heartbeats, not by clocks."""

from __future__ import annotations

from bot.services.shards.heartbeats import Heartbeats


def test_a_process_is_missed_when_it_has_not_beaten_for_long() -> None:
    heartbeats = Heartbeats(6.0)
    for second in range(0, 22, 3):
        heartbeats.look({"dead": 7, "living": second}, 1000.0 + second)
        assert heartbeats.silent(20.0) == ({"dead": 7} if second >= 20 else {})
    assert heartbeats.beating() == {"living"}
    heartbeats.look({"dead": 8}, 1024.0)
    assert heartbeats.silent(20.0) == {}, "it was only held up"


def test_who_was_stopped_has_missed_heartbeats_that_there_were() -> None:
    heartbeats = Heartbeats(6.0)
    heartbeats.look({"other": 1}, 0.0)
    heartbeats.look({"other": 1}, 600.0)
    assert heartbeats.silent(20.0) == {}
