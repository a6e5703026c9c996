"""The names of a digest's rows, by which a digest that only one person sees is made again."""

from typing import NamedTuple, Self

from bot.errors import Refused
from bot.ui.ids import ROW, DigestRef, StakeRef

# Slack's own limit.
_LONGEST = 255


class RowsRef(NamedTuple):
    """Which digest it is, and the stakes that its rows show, in their order."""

    digest: DigestRef
    rows: tuple[StakeRef, ...]

    def pack(self, place: int) -> str:
        """The name of the row at *place*: ``row:0 1042:service-hk|1043:service-hk 0|86400|0|team:x``.

        Only ``row:0`` where Slack takes no name of that length.
        """
        short = f"{ROW}{place}"
        rows = "|".join(ref.pack() for ref in self.rows)
        full = f"{short} {rows} {self.digest.pack()}"
        return full if len(full) <= _LONGEST else short

    @classmethod
    def unpack(cls, text: object) -> Self | None:
        """Read what `pack` wrote; None when it is anything else, also when there was no room."""
        # A scope may have spaces in its name.
        _, _, told = str(text).partition(" ")
        rows, _, digest = told.partition(" ")
        try:
            refs = tuple(StakeRef.unpack(row) for row in rows.split("|"))
            return cls(DigestRef.unpack(digest), refs)
        except Refused:
            return None
