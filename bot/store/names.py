"""The names that comments come with, which no organisation file knows."""

from sqlalchemy import ColumnElement, Connection, literal_column, select

from bot.store import tables as t

# Word for word as `ix_comments_campaign` has it: neither database finds that by a parameter.
_CAMPAIGN: dict[str, ColumnElement[str]] = {
    "sqlite": literal_column("JSON_EXTRACT(facts, '$.\"campaign\"')"),
    "postgresql": literal_column("facts ->> 'campaign'"),
}


def told(session: Connection, *, newest: int) -> tuple[list[str], list[str]]:
    """The platforms and the campaigns of so many of the *newest* comments."""
    facts, columns = t.comments.c.facts, t.comments.c
    recent = (
        select(
            facts["platform"].as_string().label("platform"),
            facts["campaign"].as_string().label("campaign"),
        )
        .where(columns.case_number.is_not(None))
        .order_by(columns.received_at.desc())
        .limit(newest)
        .subquery()
    )
    rows = session.execute(select(recent.c.platform, recent.c.campaign).distinct()).all()
    platforms = sorted({row.platform for row in rows if row.platform})
    return platforms, sorted({row.campaign for row in rows if row.campaign})


def campaign_known(session: Connection, campaign: str) -> bool:
    """Whether any comment has ever named *campaign*."""
    named = select(t.comments.c.id).where(_CAMPAIGN[session.dialect.name] == campaign).limit(1)
    return session.execute(named).scalar() is not None
