"""How a proposed rule is called where its words must not stand: in buttons and notices."""

from hashlib import sha256

from bot.domain.learned import Proposal

KEY_DIGITS = 16


def key(proposal: Proposal) -> str:
    """The same for the same word and department, whatever cases speak for it by now."""
    about = f"{proposal.department}\0{proposal.word}"
    return sha256(about.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_DIGITS]
