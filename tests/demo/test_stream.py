"""The sender signs, tries again where that helps, and says what was not taken."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.demo.stream import Sender, new_secret, samples
from bot.intake.connector import CONNECTORS, Request

SECRET = new_secret()


class Intake:
    """A receiver on this machine that checks signatures and answers as it is told."""

    def __init__(self, *answers: tuple[int, bytes]) -> None:
        self.answers = list(answers)
        self.taken: list[tuple[str, str]] = []

    def take(self, path: str, request: Request) -> tuple[int, bytes]:
        delivery = CONNECTORS["webhook"].verify(request, [SECRET], datetime.now(UTC))
        self.taken.append((path, delivery))
        return self.answers.pop(0) if self.answers else (202, b"{}")


@contextmanager
def listening(intake: Intake) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = intake.take(self.path, Request(headers, body))
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def pauses() -> list[float]:
    return []


def test_every_sample_goes_signed_to_its_source(pauses: list[float]) -> None:
    intake = Intake()
    with listening(intake) as address:
        sender = Sender(address, SECRET, pauses.append)
        answers = [answer for _, answer in sender.stream(fast=True)]
    assert all(answer.taken for answer in answers)
    assert pauses == []
    assert intake.taken == [
        (f"/intake/webhook/{sample.source}", sample.delivery) for sample in samples()
    ]


def test_the_slow_stream_begins_quickly_and_then_takes_its_time(pauses: list[float]) -> None:
    with listening(Intake()) as address:
        list(Sender(address, SECRET, pauses.append).stream(fast=False))
    assert sum(pauses[:20]) < 10
    assert min(pauses[20:]) >= 5
    assert len(pauses) == len(samples())


def test_a_busy_intake_is_asked_again(pauses: list[float]) -> None:
    intake = Intake((503, b""), (429, b""))
    with listening(intake) as address:
        answer = Sender(address, SECRET, pauses.append).send(samples()[0])
    assert answer.status == 202
    assert len(intake.taken) == 3
    assert pauses == sorted(pauses)


def test_a_refusal_is_final_and_keeps_its_reason(pauses: list[float]) -> None:
    intake = Intake((422, b'{"detail": "Is required."}'))
    with listening(intake) as address:
        answer = Sender(address, SECRET, pauses.append).send(samples()[0])
    assert (answer.taken, answer.detail) == (False, "Is required.")
    assert pauses == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"other": 1}'])
def test_a_refusal_without_a_reason_is_still_a_refusal(body: bytes, pauses: list[float]) -> None:
    with listening(Intake((404, body))) as address:
        answer = Sender(address, SECRET, pauses.append).send(samples()[0])
    assert (answer.status, answer.detail) == (404, "")


def test_nobody_there_is_tried_again_and_then_told(pauses: list[float]) -> None:
    with listening(Intake()) as address:
        pass
    answer = Sender(address, SECRET, pauses.append).send(samples()[0])
    assert (answer.status, answer.taken) == (0, False)
    assert len(pauses) == 4
