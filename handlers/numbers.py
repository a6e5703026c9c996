"""Digests as messages, and numbers alone, for somebody who may see them."""

from collections.abc import Sequence

from bot.domain.digest import Period
from bot.domain.periods import up_to
from bot.domain.report import Report
from bot.domain.scope import Scope
from bot.services import Services
from bot.ui import digest as digest_ui
from bot.ui.ids import DigestRef
from bot.ui.kit import Message
from bot.ui.preview import Preview
from bot.usecases import measuring, reporting
from handlers.visibility import Sight


def shown(
    services: Services,
    seen: Sight,
    scope: Scope,
    period: Period,
    *,
    previous: bool = False,
    preview: Preview = Preview.NO,
    rows: Sequence[tuple[int, str]] = (),
) -> Message:
    """The digest of *scope*; to post and to schedule unless it is a *preview*; *rows* are kept.

    Raises:
        Refused: they may not see it.
    """
    seen.require(scope)
    organisation, now = services.organisation, services.now()
    with services.reports.reading() as session:
        report = reporting.report(
            session, organisation, scope, period, now=now, versus_previous=previous, rows=rows
        )
    reader = "" if preview else seen.person
    return digest_ui.digest(organisation, report, now=now, reader=reader, preview=preview)


def as_of(services: Services, ref: DigestRef) -> Period:
    """The period of *ref*; one that still runs ends now, as the numbers of what is open do."""
    period, organisation = Period(since=ref.since, until=ref.until), services.organisation
    if not ref.runs:
        return period
    zones = {organisation.zone, *(team.zone for team in organisation.teams)}
    return up_to(services.now(), period, zones)


def counted(services: Services, scope: Scope, period: Period) -> Report:
    """The numbers alone, which are there sooner than all that a digest tells."""
    organisation = services.organisation
    with services.reports.reading() as session:
        measures = measuring.measures(session, organisation, scope, period, now=services.now())
        zone = measuring.zone_of(session, organisation, scope)
    return Report(scope=scope, period=period, zone=zone, measures=measures)
