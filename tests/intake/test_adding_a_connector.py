"""The example of docs/adding-a-connector.md does what it says: a flat body keeps the contract."""

import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from bot.intake.connector import Connector
from tests.intake.connector_contract import SOURCE, ConnectorContract

_GUIDE = (Path(__file__).parents[2] / "docs" / "adding-a-connector.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _GUIDE, re.DOTALL | re.MULTILINE)


def forum() -> Connector:
    module = ModuleType("forum")
    # The namespace of a module is where pydantic looks for the types of a model's fields.
    exec(blocks("python")[0], module.__dict__)  # noqa: S102
    made: Connector = module.__dict__["Forum"]()
    return made


class TestExample(ConnectorContract):
    connector = forum()

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def payloads(cls, tmp_path_factory: pytest.TempPathFactory) -> None:
        folder = tmp_path_factory.mktemp("payloads")
        cls.genuine, cls.unknown_event = folder / "genuine.json", folder / "unknown.json"
        for path, shown in zip((cls.genuine, cls.unknown_event), blocks("json"), strict=True):
            path.write_text(shown)

    def test_an_edit_says_only_what_it_was_given(self) -> None:
        told = json.loads(self.genuine.read_bytes()) | {"event": "post.edited", "member": None}
        (change,) = self.connector.parse(json.dumps(told).encode(), SOURCE)
        assert set(change.facts) == {"text", "url"}
