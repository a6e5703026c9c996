"""A small, faultless run."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bot.store.database import Database
from chaos.slack import ChaosSlack
from tests.chaos.scene import Scene


@pytest.fixture
def scene(sqlite_database: Database, tmp_path: Path) -> Iterator[Scene]:
    with ChaosSlack(Random(1), 0.0) as slack:  # noqa: S311 - nothing secret
        yield Scene(sqlite_database, slack, tmp_path)
