"""Messages that are stored, to be shown in any language."""

from __future__ import annotations

from pathlib import Path

from bot.domain.dump import Rejection
from bot.domain.loads import Person
from bot.domain.stored_message import StoredMessage
from bot.dumps.rejections import Rejected
from bot.errors import BadInput
from bot.i18n import english, stored_error, stored_text, use_language
from bot.store.ingest.writer import CorpusWriter
from tests.support.engines import engine_at
from tests.support.world import START


def test_a_rejection_is_stored_with_its_message(tmp_path: Path) -> None:
    rejection = Rejected("too-large", "rejected-large-listing", megabytes=70).at("thread.json")
    with CorpusWriter(engine_at(tmp_path)) as writer:
        load = writer.begin_load(None, "thread.json", Person(None, "me"), START)
        writer.reject(load, rejection)
        writer.reject(load, Rejection("a.txt", "empty", "That file is empty."))
        stored, old = writer.finish(load, "done", 1).rejections
    assert stored.message == StoredMessage("rejected-large-listing", {"megabytes": 70})
    assert stored_text(stored.message, stored.detail) == stored.detail == rejection.detail
    assert stored_text(old.message, old.detail) == "That file is empty."


def test_a_message_that_the_catalogue_no_longer_has_is_shown_in_english() -> None:
    with use_language("de"):
        assert (
            stored_text(StoredMessage("rejected-by-an-older-version"), "It is too old.") == "It is too old."
        )
        assert stored_text(StoredMessage("rejected-large-listing"), "It is large.") == "It is large."


def test_an_error_is_stored_with_half_characters_escaped() -> None:
    message = stored_error(BadInput("no-such-file", path="dump-\udcff.txt"))
    assert english(message) == "There is no file or folder “dump-\\udcff.txt”."


def test_numbers_of_loads_are_not_quantities() -> None:
    assert english(stored_error(BadInput("load-running", load=1204))).startswith("Load 1204 is")
