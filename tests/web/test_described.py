"""Schemathesis reads the intake's own description, and sends what it allows and what it does not.

Whatever is sent, the answer is one that the description names, in the shape that it names.
"""

import json
from typing import Any

import hypothesis.strategies as st
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.specs.openapi import checks as described

from bot import web
from bot.intake.connector import sign
from bot.store.database import Database
from tests.web.client import Client
from tests.web.conftest import INTAKE, NOW, SECRET, services_over

_APP = web.create_web(services_over(Database("sqlite:///never-opened.db")), None, ready=list)
_SCHEMA = schemathesis.openapi.from_dict(_APP.openapi())
_INTAKE = _SCHEMA["/intake/{connector}/{source}"]["POST"]
ALLOWED = _INTAKE.as_strategy(generation_mode=GenerationMode.POSITIVE)
FORBIDDEN = _INTAKE.as_strategy(generation_mode=GenerationMode.NEGATIVE)
CHECKS: list[Any] = [
    not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_schema_conformance,
]
whatever = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def body_of(case: Case[Any]) -> bytes:
    """What *case* sends, as bytes to sign."""
    if case.body is NOT_SET:
        return b""
    return case.body if isinstance(case.body, bytes) else json.dumps(case.body).encode()


@whatever
@given(case=ALLOWED | FORBIDDEN, number=st.integers(0, 10**9))
def test_whatever_is_signed_gets_an_answer_that_is_described(
    client: Client, case: Case[Any], number: int
) -> None:
    body = body_of(case)
    headers = sign(SECRET, f"msg_{number}", int(NOW.timestamp()), body)
    case.validate_response(client.post(INTAKE, content=body, headers=headers), checks=CHECKS)


@whatever
@given(case=ALLOWED | FORBIDDEN)
def test_whatever_is_not_signed_is_refused_as_described(client: Client, case: Case[Any]) -> None:
    given_headers = {name: str(value) for name, value in (case.headers or {}).items()}
    headers = {k: v for k, v in given_headers.items() if v.isascii() and v.isprintable()}
    answer = client.post(INTAKE, content=body_of(case), headers=headers)
    case.validate_response(answer, checks=CHECKS)
    assert answer.status_code == 401
