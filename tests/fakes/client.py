"""A client of the fake Web API as the bot has one, and what it is refused with."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack_api import FakeSlack


def client_of(slack: FakeSlack, timeout: int = 5) -> WebClient:
    """A client that repeats nothing by itself."""
    return WebClient(
        token=slack.token, base_url=slack.client_url, timeout=timeout, retry_handlers=[]
    )


def refusal(call: Callable[..., Any], **args: Any) -> str:
    """Slack's error code for a call that it must refuse."""
    with pytest.raises(SlackApiError) as caught:
        call(**args)
    return str(caught.value.response["error"])
