"""The invented weeks of the README's pictures can be written at whatever hour somebody takes them."""

import importlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

import bot.demo
from bot import organisation
from bot.store.database import Database

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("hour", [1, 6, 11, 15, 20])
def test_five_weeks_are_lived_through_before_any_hour(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, hour: int
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    weeks = importlib.import_module("invented_weeks").Weeks
    known = organisation.load(Path(bot.demo.__file__).with_name("organisation.toml"))
    now = datetime(2026, 11, 19, hour, 17, tzinfo=UTC)
    assert weeks(known, now).live(sqlite_database) > 200
