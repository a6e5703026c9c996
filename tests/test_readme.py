"""The README is tried as its reader would: its examples are run, its diagram is compared."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import jsonschema
import pytest
import uvicorn

import bot.demo
from bot import cli, organisation, web
from bot.config import Settings
from bot.domain.case import Case, apply
from bot.domain.comment import Comment
from bot.domain.events import Recorded
from bot.domain.routing import route
from bot.errors import Refused
from bot.importing import Summary, import_file
from bot.intake import description
from bot.services import Directory, Services
from bot.store.database import Database
from bot.ui.wording import MARKS
from tests.domain.factories import NOW
from tests.domain.test_ownership import ACTS, HK, STATES, case_in

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DEMO = Path(bot.demo.__file__).with_name("organisation.toml")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def block(language: str, words: str) -> str:
    """The one example in *language* that has *words* in it."""
    found = re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    (only,) = (text for text in found if words in text)
    return str(only)


@pytest.fixture
def folder(sqlite_database: Database, tmp_path: Path) -> Iterator[Path]:
    """A folder in which a demo runs, as far as its web face goes."""
    services = Services(
        settings=Settings(intake_secrets=(SECRET,)),
        database=sqlite_database,
        organisation=organisation.load(DEMO),
        directory=cast("Directory", object()),
        now=lambda: datetime.now(UTC),
    )
    app = web.create_web(services, None, ready=list)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        place = tmp_path / "a checkout"
        (place / ".demo").mkdir(parents=True)
        settings = {
            "INTAKE_SECRETS": f"{SECRET},whsec_b2xk",
            "PORT": str(listening.getsockname()[1]),
        }
        bot.demo._write_private(place / ".demo" / "env", settings)
        try:
            yield place
        finally:
            server.should_exit = True
            thread.join(10)


def run(command: list[str], folder: Path) -> str:
    """What *command* prints, with the demo's settings where a shell has not read them."""
    lines = (folder / ".demo" / "env").read_text("utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines)
    environ = {"PATH": os.environ["PATH"], **settings}
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def needs(*programs: str) -> None:
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")


def test_the_example_for_curl_is_taken(folder: Path) -> None:
    needs("curl", "openssl")
    answer = run(["sh", "-c", block("sh", "openssl dgst")], folder)
    assert answer.startswith("HTTP/1.1 202 ")
    assert answer.endswith('{"case":1}')


def test_the_example_for_curl_concerns_the_teams_that_are_named() -> None:
    words = re.search(r'"text": "(.+)",', block("sh", "openssl dgst"))
    assert words is not None
    comment = Comment(source="", external_id="", platform="facebook", text=words[1], region="UK")
    teams = [key for key, _ in route(comment, organisation.load(DEMO)).teams]
    assert teams == ["service-uk", "product-audio"]
    assert all(f"#{key}" in README for key in teams)


def test_the_example_in_python_is_taken(folder: Path) -> None:
    assert run([sys.executable, "-c", block("python", "hmac")], folder) == '202 {"case":1}\n'


def test_the_example_in_javascript_is_taken(folder: Path) -> None:
    needs("node")
    address = "`http://127.0.0.1:${process.env.PORT}/intake/webhook/facebook-uk`"
    secret = "process.env.INTAKE_SECRETS.split(',')[0]"
    data = "{ platform: 'facebook', id: '1', text: 'ok' }"
    send = f"fetch({address}, {{ method: 'POST', ...delivery({secret}, {data}) }})"
    told = f"{block('js', 'createHmac')}{send}.then(answer => console.log(answer.status));"
    assert run(["node", "-e", told], folder) == "202\n"


@pytest.mark.parametrize("name", ["comment__created", "comment__created__least", "comment__edited"])
def test_the_description_at_docs_fits_what_is_taken(name: str) -> None:
    described = description.request()["requestBody"]["content"]["application/json"]["schema"]
    sent = json.loads((ROOT / "tests" / "payloads" / "webhook" / f"{name}.json").read_text("utf-8"))
    jsonschema.validate(sent, described)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**sent, "timestamp": 5}, described)


def test_every_command_that_is_shown_exists() -> None:
    shown = set(re.findall(r"^\s*crosstalk ([^#\n]*[^#\s])", README, re.MULTILINE))
    assert len(shown) > 5
    for words in shown:
        arguments = [part.strip('"') for part in re.findall(r'"[^"]*"|\S+', words)]
        assert cli._parser().parse_args(arguments).run


def _stake_after(case: Case, facts: tuple[object, ...]) -> str:
    for fact in facts:
        case = apply(case, Recorded(event=fact, at=NOW))  # type: ignore[arg-type]
    return case.stakes[HK.key].state.value if HK.key in case.stakes else "[*]"


def test_the_words_that_are_tried_concern_teams_of_the_example_and_of_the_demo() -> None:
    asked = re.findall(r'^crosstalk route "([^"]+)" --region (\w+)', README, re.MULTILINE)
    assert len(asked) > 1
    for file in (ROOT / "organisation.example.toml", DEMO):
        known = organisation.load(file)
        for text, region in asked:
            comment = Comment(source="", external_id="", platform="", text=text, region=region)
            assert route(comment, known).teams


@pytest.mark.parametrize("file", [ROOT / "organisation.example.toml", DEMO])
def test_the_example_of_a_file_is_taken(
    file: Path, sqlite_database: Database, tmp_path: Path
) -> None:
    example = block("sh", "crosstalk import")
    *made, imported = example.strip().splitlines()
    subprocess.run(["sh", "-c", "\n".join(made)], cwd=tmp_path, check=True)
    name, key = re.findall(r"^crosstalk import (\S+) --source (\S+)$", imported)[0]
    known = organisation.load(file)
    source = known.source(key)
    assert source is not None
    summary = import_file(
        sqlite_database, known, tmp_path / name, source, now=NOW, progress=lambda _: None
    )
    assert summary == Summary(new=2)


def test_every_file_that_a_command_reads_is_made_beside_it_or_there() -> None:
    text = README + (ROOT / "docs" / "routing.md").read_text("utf-8")
    for shell in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for name in re.findall(
            r"^crosstalk (?:import|org check) ([\w./-]+\.\w+)", shell, re.MULTILINE
        ):
            made = re.search(rf"^cp \S+ {name}\b|> {name} <<", shell, re.MULTILINE)
            assert made or (ROOT / name).exists(), name


def test_every_mark_is_explained() -> None:
    told = " ".join(README.split())
    for mark, means in MARKS.items():
        assert f"{mark} {means}" in told


def test_the_diagram_has_every_transition_and_no_other() -> None:
    drawn = set(re.findall(r"^    (\S+) --> (\S+):", README, re.MULTILINE))
    happens = set()
    for state in STATES:
        before = replace(case_in(state), settled_at=None)
        for act in ACTS.values():
            try:
                facts = act(before)
            except Refused:
                continue
            happens.add((_stake_after(before, ()), _stake_after(before, facts)))
    assert drawn == {(one, other) for one, other in happens if one != other}
