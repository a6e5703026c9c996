"""Everything that has to be so after a run."""

import time

from chaos import clicks, shown, stored
from chaos.evidence import Evidence, Finding


def find(evidence: Evidence) -> list[Finding]:
    """All that is wrong."""
    return [
        *stored.promises_to_senders(evidence),
        *stored.comments(evidence),
        *stored.journals(evidence),
        *stored.cards_owed(evidence),
        *clicks.promises_to_people(evidence),
        *stored.digests(evidence, ended=time.time()),
        *shown.once(evidence),
        *shown.newest(evidence),
        *shown.known(evidence),
        *shown.paced(evidence),
        *shown.in_order(evidence),
    ]
