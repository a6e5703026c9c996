"""What a small, faultless run leaves behind, for the checker to look at."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Executable

from bot.config import Settings
from bot.domain.comment import Change, ChangeKind
from bot.organisation import load
from bot.services import Services
from bot.slack.delivery import Delivery
from bot.slack.directory import SlackDirectory
from bot.slack.gateway import Gateway, web_client
from bot.store.database import Database
from bot.ui import ids
from bot.usecases import owning, receiving
from chaos.checks import find
from chaos.evidence import Evidence, gather
from chaos.history import History, Pressed, Refusal, Told
from chaos.places import SOURCE, channel_of, furnish, organisation_file, people_of
from chaos.plan import Plan
from chaos.slack import ChaosSlack

AMBER = channel_of("amber")
# Long enough ago that nobody could call one of two cards overtaken by chance.
LONG_AGO = timedelta(minutes=1)


class Scene:
    """Two comments for one team and one for another, all shown; the first is claimed."""

    def __init__(self, database: Database, slack: ChaosSlack, folder: Path) -> None:
        self.database, self.slack, self.history = database, slack, History()
        self.file = folder / "organisation.toml"
        self.file.write_text(organisation_file(datetime.now(UTC) + timedelta(hours=1), 60), "utf-8")
        furnish(slack, 1)
        self._now = datetime.now(UTC) - LONG_AGO
        self._organisation = load(self.file)
        self._worker = self._delivery()
        for number, words in enumerate(("amber", "amber", "birch"), 1):
            self._told(f"one-{number}", words)
        self.person = people_of("amber", 0)[0]
        with database.transaction() as session:
            owning.claim(session, self._organisation, 1, "amber", by=self.person, now=self._now)
        self.refusals: list[Refusal] = []
        self.history.add(pressed(self.person, self._now.timestamp(), case=1))
        self._deliver()
        for place, post in enumerate(p for p in slack.posts if p.channel == AMBER):
            post.accepted_at = post.asked_at = self._now.timestamp() + 2 * place

    def look(self) -> Evidence:
        """What the checker is given."""
        plan = Plan(seed=1, kind="SQLite", seconds=1)
        return gather(
            plan, self.history, self.slack, self.database, self.file, refusals=self.refusals
        )

    def wrongs(self) -> set[str]:
        """What it finds."""
        return {finding.wrong for finding in find(self.look())}

    def _delivery(self) -> Delivery:
        settings = Settings(slack_bot_token=self.slack.token, slack_api_url=self.slack.client_url)
        gateway, org = Gateway(web_client(settings)), self._organisation
        directory = SlackDirectory(self.database, org, gateway, lambda: self._now)
        services = Services(
            settings=settings,
            database=self.database,
            organisation=org,
            directory=directory,
            now=lambda: self._now,
        )
        return Delivery(services, gateway, worker="one")

    def _told(self, name: str, words: str) -> None:
        change = Change(
            kind=ChangeKind.CREATED,
            source=SOURCE,
            external_id=name,
            at=self._now,
            facts={"platform": "shop", "text": words},
        )
        source = self._organisation.sources[0]
        with self.database.transaction() as session:
            got = receiving.receive(
                session, [change], source=source, organisation=self._organisation, now=self._now
            )
        self.history.add(told(name, self._now, case=got.case))
        self._deliver()

    def _deliver(self) -> None:
        for _ in range(3):
            while self._worker.step():
                pass
            self._now += timedelta(seconds=1)


def told(name: str, at: datetime, case: int | None = None) -> Told:
    """A creation that was taken."""
    return Told(
        external_id=name,
        kind="created",
        at=at.isoformat(),
        delivery="d",
        began=at.timestamp(),
        ended=at.timestamp(),
        status=202,
        case=case,
    )


def pressed(person: str, at: float, *, case: int, action: str = ids.CLAIM) -> Pressed:
    """A click in the team's channel that was answered 200."""
    return Pressed(
        person=person, action=action, case=case, team="amber", began=at, ended=at + 1, status=200
    )


def rows(scene: Scene, statement: Executable) -> None:
    """Change rows as no run ever should."""
    with scene.database.transaction() as session:
        session.execute(statement)
