"""A case in a workspace of its own, by a clock that the test moves."""

import re
from pathlib import Path

from bot.demo.workspace import BOT_USER
from bot.store import journal
from bot.store.database import Database
from tests.end_to_end.local_slack import Workspace
from tests.end_to_end.stage import Stage
from tests.fakes.workspace import Message
from tests.waiting import eventually

HK, UK = "C0SERVICEHK", "C0SERVICEUK"
MARKETING, PRODUCT, GENERAL = "C0MARKETINGHK", "C0PRODUCTMOBILE", "C0GENERAL"
CHANNELS = (HK, UK, MARKETING, PRODUCT)
MANAGER = "U0MANAGER"

Numbers = tuple[int, int, int, int, int, int]
QUIET: Numbers = (0, 0, 0, 0, 0, 0)


class Story:
    """The case of one comment, told in a workspace of its own."""

    def __init__(self, stage: Stage, clock: Path) -> None:
        self._stage = stage
        self._clock = clock
        self.slack: Workspace = stage.slack
        self.case = 0

    def begins(self) -> None:
        """Somebody writes what concerns three teams."""
        self.case = self._stage.customers.write("新手機成日死機，冇人覆我")

    def at(self, minutes: int) -> None:
        """So many minutes after the beginning; whatever was to be shown before is shown."""
        eventually(lambda: not self._stage.notices("wanted > shown"), "an empty outbox")
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(str(minutes), "utf-8")
        fresh.replace(self._clock)

    def card(self, channel: str, *words: str) -> Message:
        """The card in *channel*, as soon as it says all of *words*."""
        return self.slack.card(channel, self.case, *words)

    def everywhere(self, *words: str, among: tuple[str, ...] = CHANNELS) -> None:
        """Every card says all of *words*."""
        for channel in among:
            self.card(channel, *words)

    def under(self, channel: str, words: str) -> Message:
        """What stands in the thread of the card in *channel* and says *words*."""

        def look() -> Message | None:
            found = [m for m in self.slack.thread(self.card(channel)) if words in m.words]
            assert len(found) < 2, f"twice in the thread: {words}"
            return found[0] if found else None

        return eventually(look, f"“{words}” in the thread of {channel}")

    def told(self, person: str, words: str) -> Message:
        """The one message to *person* that says *words*."""

        def look() -> Message | None:
            found = [message for message in self.slack.told(person) if words in message.words]
            assert len(found) < 2, f"told twice: {words}"
            return found[0] if found else None

        return eventually(look, f"“{words}” for {person}")

    def mirrored(self, channel: str, *names: str) -> None:
        """The bot's own emoji on the card in *channel* are *names*."""

        def own() -> bool:
            reactions = self.slack.card(channel, self.case).reactions
            return {name for name, users in reactions.items() if BOT_USER in users} == set(names)

        eventually(own, f"the emoji {names} on the card in {channel}")

    def digests(self, **expected: Numbers) -> None:
        """What `/digest` says of each team: came in, claimed, resolved; open, unclaimed, late."""
        wanted = {key.replace("_", "-"): numbers for key, numbers in expected.items()}
        assert {key: self._digest(key) for key in wanted} == wanted

    def _digest(self, team: str) -> Numbers:
        self.slack.command(MANAGER, GENERAL, f"/digest {team}")
        words = self.slack.messages(GENERAL)[-1].words
        if "a quiet time" in words:
            return QUIET
        pattern = (
            r"\*(\d+)\* came in · \*(\d+)\* claimed · \*(\d+)\* resolved[^\n]*\n"
            r"\*(\d+)\* open · ⚪ \*(\d+)\* unclaimed[^\n]*?(?: · 🔴 \*(\d+)\* past target)?(?:\n|$)"
        )
        found = re.search(pattern, words)
        assert found, words
        came_in, claimed, resolved, live, unclaimed, late = map(int, found.groups("0"))
        return came_in, claimed, resolved, live, unclaimed, late

    def escalations(self) -> int:
        """How many messages of escalations there are in all."""
        return self._stage.notices("kind = 'escalation'")

    def assert_replays(self) -> None:
        """The journal alone gives the rows that are stored."""
        database = Database(f"sqlite:///{self._stage.database}")
        try:
            with database.reading() as session:
                stored = journal.load(session, self.case, lock=False)
                assert journal.replay(session, self.case) == stored
        finally:
            database.close()
