"""Moves an archive to another database, without opening the services."""

from __future__ import annotations

from pathlib import Path

from bot.errors import BadInput
from bot.store import transfer as rows
from bot.store.engines import engine_of, engine_with
from bot.store.transfer import OnStep, TransferStep

__all__ = ["TransferStep", "transfer"]


def transfer(data: Path, url: str, folder: Path, on_step: OnStep) -> None:
    """Copies the selected archive of the data folder to the database at `url`, or else into `folder`: see
    `bot.store.transfer.transfer`. Also raises BadInput("transfer-same")."""
    source, target = engine_of(data), engine_with(url, data if url else folder)
    if source.address == target.address:
        raise BadInput("transfer-same")
    rows.transfer(source, target, on_step)
