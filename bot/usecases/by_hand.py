"""Comments that people bring in themselves: from a form, or from a message in Slack."""

import re
from datetime import datetime
from html import unescape
from typing import Any

from bot.domain.case import Case
from bot.domain.comment import Change, ChangeKind, clean
from bot.domain.organisation import MANUAL_SOURCE, Organisation
from bot.domain.suggesting import SILENT, Adviser
from bot.errors import Refused
from bot.store.session import Session
from bot.usecases import receiving
from bot.usecases.recording import case_for

# A person, a channel, a group or a link as Slack sends it, with or without what it is shown as.
_FORM = re.compile(r"<((?:[@#!]|[a-z][a-z0-9+.-]*:)[^<>|]*)(?:\|([^<>]*))?>", re.IGNORECASE)
_MARKS = ("@", "#")


def record(
    session: Session,
    organisation: Organisation,
    *,
    external_id: str,
    facts: dict[str, Any],
    by: str,
    now: datetime,
    adviser: Adviser = SILENT,
) -> tuple[Case, bool]:
    """Take the comment in, and say whether it is new; *external_id* makes a second time harmless.

    Raises:
        Refused: there is nothing to record.
    """
    source = organisation.source(MANUAL_SOURCE)
    if source is None:
        raise Refused("Comments cannot be recorded by hand here.")
    said = _cleaned({name: value for name, value in facts.items() if value})
    kind, key = ChangeKind.CREATED, source.key
    change = Change(kind=kind, source=key, external_id=external_id, at=now, facts=said)
    received = receiving.receive(
        session, [change], source=source, organisation=organisation, now=now, by=by, adviser=adviser
    )
    if received.case is None:
        raise Refused("That comment could not be recorded.")
    return case_for(session, received.case), received.status == receiving.NEW


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _cleaned(part) for name, part in value.items()}
    return clean(value) if isinstance(value, str) else value


def slack_text(text: str) -> str:
    """What somebody typed or reads in Slack, of what Slack sends: entities and ``<…|…>`` forms."""
    return clean(unescape(_FORM.sub(_as_read, text)))


def _as_read(form: re.Match[str]) -> str:
    target, label = form[1], form[2]
    if not label:
        return "@" + target[1:] if target.startswith("!") else target
    mark = target[:1] if target.startswith(_MARKS) else ""
    return label if label.startswith(_MARKS) else mark + label
