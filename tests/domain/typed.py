"""Things that people type after ``/digest``, and what they mean by them."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.asking import Asked, Unclear, Wanted, read
from bot.domain.organisation import Organisation
from bot.domain.scope import Kind, Scope
from tests.domain.factories import ANNA, BEN, NOW, organisation

HONG_KONG, LONDON = ZoneInfo("Asia/Hong_Kong"), ZoneInfo("Europe/London")
ORG = organisation()
EVERYBODY = Scope()
HK = Scope(Kind.TEAM, "service-hk")


def ask(text: str, org: Organisation = ORG, **over: Any) -> Asked:
    """What Anna asks for, on a Wednesday, at six in the evening in Hong Kong."""
    asked: dict[str, Any] = {
        "person": ANNA,
        "here": None,
        "platforms": ("facebook", "weibo", "App Store"),
        "campaigns": ("Xperia-launch", "Black Friday"),
        "now": NOW,
        "zone": HONG_KONG,
    }
    return read(text, org, **asked | over)


def wanted(text: str, org: Organisation = ORG, **over: Any) -> Wanted:
    found = ask(text, org, **over)
    assert isinstance(found, Wanted), found
    return found


def unclear(text: str, org: Organisation = ORG, **over: Any) -> Unclear:
    found = ask(text, org, **over)
    assert isinstance(found, Unclear), found
    return found


SCOPES = [
    ("service-hk", "team:service-hk"),
    ("Service HK", "team:service-hk"),
    ("SERVICE_HK", "team:service-hk"),
    ("service hk", "team:service-hk"),
    ("hk service", "team:service-hk"),
    ("team service-hk", "team:service-hk"),
    ("team: Service HK", "team:service-hk"),
    ("#service-hk", "team:service-hk"),
    ("<#C0SERVICEHK|anything>", "team:service-hk"),
    ("<#C0SERVICEHK>", "team:service-hk"),
    ("service", "department:service"),
    ("Marketing department", "department:marketing"),
    ("dept product", "department:product"),
    ("all", "organisation"),
    ("everyone", "organisation"),
    ("<!everyone>", "organisation"),
    ("the whole company", "organisation"),
    ("all teams", "organisation"),
    ("me", f"person:{ANNA}"),
    ("mine", f"person:{ANNA}"),
    ("my digest", f"person:{ANNA}"),
    (f"<@{BEN}|ben>", f"person:{BEN}"),
    (f"<@{BEN}>", f"person:{BEN}"),
    (f"person <@{BEN}>", f"person:{BEN}"),
    ("audio", "unit:audio"),
    ("unit audio", "unit:audio"),
    ("unit:audio", "unit:audio"),
    ("Audio unit", "unit:audio"),
    ("HK", "region:HK"),
    ("region hk", "region:HK"),
    ("market HK", "region:HK"),
    ("facebook-hk", "source:facebook-hk"),
    ("source instagram-uk", "source:instagram-uk"),
    ("by-hand", "source:by-hand"),
    ("weibo", "platform:weibo"),
    ("platform Weibo", "platform:weibo"),
    ("app-store", "platform:App Store"),
    ("instagram", "platform:instagram"),
    ("campaign Xperia-launch", "campaign:Xperia-launch"),
    ("campaign xperia-LAUNCH", "campaign:Xperia-launch"),
    ("XPERIA-launch", "campaign:Xperia-launch"),
    ("campaign black friday", "campaign:Black Friday"),
    ('campaign "Black Friday"', "campaign:Black Friday"),
    ("campaign Spring", "campaign:Spring"),
    ('campaign:"Spring is here"', "campaign:Spring is here"),
    ("Spring campaign", "campaign:Spring"),
    ("campaign mobile", "campaign:mobile"),
]


def at(text: str, zone: ZoneInfo = HONG_KONG) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


PERIODS = [
    ("1d", "2026-11-17 18:00", "2026-11-18 18:00", "last 24 hours"),
    ("24h", "2026-11-17 18:00", "2026-11-18 18:00", "last 24 hours"),
    ("daily", "2026-11-17 18:00", "2026-11-18 18:00", "last 24 hours"),
    ("7d", "2026-11-11 18:00", "2026-11-18 18:00", "last 7 days"),
    ("7 days", "2026-11-11 18:00", "2026-11-18 18:00", "last 7 days"),
    ("d7", "2026-11-11 18:00", "2026-11-18 18:00", "last 7 days"),
    ("W2", "2026-11-04 18:00", "2026-11-18 18:00", "last 14 days"),
    ("h6", "2026-11-18 12:00", "2026-11-18 18:00", "last 6 hours"),
    ("last 7 days", "2026-11-11 18:00", "2026-11-18 18:00", "last 7 days"),
    ("1w", "2026-11-11 18:00", "2026-11-18 18:00", "last 7 days"),
    ("30D", "2026-10-19 18:00", "2026-11-18 18:00", "last 30 days"),
    ("400d", "2025-10-14 18:00", "2026-11-18 18:00", "last 400 days"),
    ("6h", "2026-11-18 12:00", "2026-11-18 18:00", "last 6 hours"),
    ("1 hour", "2026-11-18 17:00", "2026-11-18 18:00", "last hour"),
    ("today", "2026-11-18", "2026-11-18 18:00", "today"),
    ("yesterday", "2026-11-17", "2026-11-18", "yesterday"),
    ("week", "2026-11-16", "2026-11-18 18:00", "this week"),
    ("this-week", "2026-11-16", "2026-11-18 18:00", "this week"),
    ("This Week", "2026-11-16", "2026-11-18 18:00", "this week"),
    ("last-week", "2026-11-09", "2026-11-16", "last week"),
    ("last week", "2026-11-09", "2026-11-16", "last week"),
    ("this month", "2026-11-01", "2026-11-18 18:00", "this month"),
    ("last_month", "2026-10-01", "2026-11-01", "last month"),
    ("lastweek", "2026-11-09", "2026-11-16", "last week"),
    ("LastMonth", "2026-10-01", "2026-11-01", "last month"),
    ("thisweek", "2026-11-16", "2026-11-18 18:00", "this week"),
    ("from last week", "2026-11-09", "2026-11-16", "last week"),
    ("this quarter", "2026-10-01", "2026-11-18 18:00", "this quarter"),
    ("last-quarter", "2026-07-01", "2026-10-01", "last quarter"),
    ("q3", "2026-07-01", "2026-10-01", "Q3 2026"),
    ("Q4", "2026-10-01", "2026-11-18 18:00", "Q4 2026"),
    ("q3 2025", "2025-07-01", "2025-10-01", "Q3 2025"),
    ("2026-Q1", "2026-01-01", "2026-04-01", "Q1 2026"),
    ("Q2/2026", "2026-04-01", "2026-07-01", "Q2 2026"),
    ("this year", "2026-01-01", "2026-11-18 18:00", "this year"),
    ("last-year", "2025-01-01", "2026-01-01", "last year"),
    ("since monday", "2026-11-16", "2026-11-18 18:00", "2026-11-16 to 2026-11-18"),
    ("since last Friday", "2026-11-13", "2026-11-18 18:00", "2026-11-13 to 2026-11-18"),
    ("since yesterday", "2026-11-17", "2026-11-18 18:00", "2026-11-17 to 2026-11-18"),
    ("since last-month", "2026-10-01", "2026-11-18 18:00", "2026-10-01 to 2026-11-18"),
    ("from monday until now", "2026-11-16", "2026-11-18 18:00", "2026-11-16 to 2026-11-18"),
    ("since today", "2026-11-18", "2026-11-18 18:00", "2026-11-18"),
    ("Monday", "2026-11-16", "2026-11-17", "Monday"),
    ("wed", "2026-11-11", "2026-11-12", "Wednesday"),
    ("last thursday", "2026-11-12", "2026-11-13", "Thursday"),
    ("2026-11-01", "2026-11-01", "2026-11-02", "2026-11-01"),
    ("2026-11-18", "2026-11-18", "2026-11-18 18:00", "2026-11-18"),
    ("2026-11-01..2026-11-07", "2026-11-01", "2026-11-08", "2026-11-01 to 2026-11-07"),
    ("2026-11-01 … 2026-11-07", "2026-11-01", "2026-11-08", "2026-11-01 to 2026-11-07"),
    ("2026-11-01 – 2026-11-07", "2026-11-01", "2026-11-08", "2026-11-01 to 2026-11-07"),
    ("2026-11-01 to 2026-11-07", "2026-11-01", "2026-11-08", "2026-11-01 to 2026-11-07"),
    ("from 2026-11-07 to 2026-11-01", "2026-11-01", "2026-11-08", "2026-11-01 to 2026-11-07"),
    ("2026-11-17..2026-12-07", "2026-11-17", "2026-11-18 18:00", "2026-11-17 to 2026-11-18"),
    ("since 2026-11-17", "2026-11-17", "2026-11-18 18:00", "2026-11-17 to 2026-11-18"),
]
