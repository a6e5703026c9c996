"""What is live at this moment, for somebody who asks once and not for every comment that comes."""

from collections.abc import Collection, Sequence

from bot.classifier.language import Detector
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation
from bot.domain.suggesting import Hint, Places, Urge
from bot.errors import ModelUnreadable
from bot.store import models
from bot.store.models import StoredModel
from bot.store.session import Session
from bot.usecases.knowing import Knowledge


def live(session: Session) -> StoredModel | None:
    """What was learned and is in use; None before anything was."""
    return models.live(session)


class Learned:
    """What was learned, as an organisation file makes use of it.

    Attributes:
        version: of what was learned; 0 is nothing.
        trouble: why it cannot be read, "" when it can.
    """

    def __init__(self, organisation: Organisation, model: StoredModel | None) -> None:
        """Read *model*; without one that can be read, there are rules' words and the lexicon."""
        self._organisation = organisation
        self._detector = Detector(organisation.languages)
        self._learn(model)

    def _learn(self, model: StoredModel | None) -> None:
        self.version, self.trouble = 0, ""
        try:
            if model is not None:
                known = Knowledge.of(self._organisation, model.data, model.told)
                self._knowledge, self.version = known, model.version
                return
        except ModelUnreadable as fault:
            self.trouble = str(fault)
        self._knowledge = Knowledge.of(self._organisation)

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        """The departments that *comment* is likely to concern, *ruled* ones among them."""
        return self._knowledge.advise(comment, ruled)

    def places(self, comment: Comment) -> Places:
        """The units and regions that *comment* is likely to be about."""
        return self._knowledge.places(comment)

    def urge(self, comment: Comment) -> Urge | None:
        """What says that people would find *comment* pressing; None where that is not certain."""
        return self._knowledge.urge(comment)

    def warm(self) -> None:
        """Nothing: whoever asks once can wait."""

    def language(self, comment: Comment) -> str:
        """The language of *comment* where its source did not say, "" where nothing tells."""
        return self._detector.detect(comment.text, comment.language)
