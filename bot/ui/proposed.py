"""Rules that routing proposes: the line to copy, and what it would have caught."""

from collections.abc import Sequence

from bot.domain.learned import Proposal
from bot.domain.proposing import key
from bot.ui import ids
from bot.ui.kit import (
    Block,
    Message,
    actions,
    button,
    context,
    cut,
    escape,
    inline,
    listed,
    section,
)
from bot.ui.text import JOINER

_MOST_CASES = 10
_LONGEST_LINES = 300
_GONE = "That rule is not proposed any more."


def message(proposal: Proposal | None) -> Message:
    """One proposal to a manager; None when it is settled."""
    if proposal is None:
        return Message(_GONE, [section(_GONE)])
    told = f"A word decides so well that it could be a rule. {sentence(proposal)}"
    more = button("What routing has learned", ids.ROUTING, key(proposal))
    return Message(
        told,
        [section(told), *_shown(proposal), actions(_not_now(proposal, ids.PROPOSAL_NOT_NOW), more)],
    )


def entry(proposal: Proposal, *, manages: bool) -> list[Block]:
    """One proposal in a list; with its button for whoever *manages*."""
    blocks = [section(sentence(proposal)), *_shown(proposal)]
    return [*blocks, actions(_not_now(proposal, ids.ROUTING_NOT_NOW))] if manages else blocks


def sentence(proposal: Proposal) -> str:
    """What the rule would say, and how often it would have been right."""
    word, department = inline(proposal.word, 60), inline(proposal.department, 40)
    right, wrong = len(proposal.right), len(proposal.wrong)
    times = {1: "once", 2: "twice"}
    often = times.get(right, f"{right} times")
    seldom = times.get(wrong, f"{wrong} times") if wrong else "never"
    return f"*{word}* → *{department}*: right {often}, wrong {seldom}."


def cases(numbers: Sequence[int]) -> str:
    """``#871, #902 and 3 more``."""
    shown = [f"#{number}" for number in numbers[:_MOST_CASES]]
    more = len(numbers) - _MOST_CASES
    return listed([*shown, f"{more} more"] if more > 0 else shown)


def _shown(proposal: Proposal) -> list[Block]:
    caught = [f"rightly: {cases(proposal.right)}"] if proposal.right else []
    if proposal.wrong:
        caught.append(f"wrongly: {cases(proposal.wrong)}")
    small = [context(f"It would have caught {' · '.join(caught)}")] if caught else []
    return [section(f"For `organisation.toml`:\n{_code(proposal.toml)}"), *small]


def _code(lines: str) -> str:
    """*lines* to copy: nothing in them ends the block, pings or links."""
    # Joiners that make other words inert would be copied as well, so here only what must is broken.
    harmless = cut(lines.strip(), _LONGEST_LINES).replace("`", "\u02cb")
    return f"```\n{escape(harmless).replace('://', f':{JOINER}//')}\n```"


def _not_now(proposal: Proposal, action: str) -> Block:
    about = f"the rule for {proposal.word}"
    return button("Not now", action, key(proposal), about=about)
