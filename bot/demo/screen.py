"""What the demo says in the terminal."""

from rich.console import Console
from rich.markup import escape

from bot.demo import workspace

_THINGS_TO_TRY = """\
  1. [bold]Claim.[/bold] In #service-hk, press Claim on 陳小美's card (#19), which three teams share;
     scroll up if newer ones have pushed it away. Then open #product-mobile: its card of that
     comment already shows who has it.
  2. [bold]Hand off, and resolve.[/bold] In #service-hk, hand another comment to Product Mobile,
     and resolve a third: every team's card tells what was done.
  3. [bold]Ask for a digest.[/bold] Type /digest in a team's channel. Then open Crosstalk under
     Apps for your own list, and #triage for the comments that no rule could place."""


class Screen:
    """Writes calmly: nothing blinks, and nothing is said twice."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        """One plain line."""
        self._console.print(escape(text), style="dim", highlight=False)

    def invite(self, address: str) -> None:
        """Where to go, who to be, and what to do there."""
        first, *others = workspace.people()
        self._print("\n[bold]Crosstalk is running.[/bold]\n")
        self._print(f"  Open    [bold cyan]{escape(address)}[/bold cyan]")
        self._print(f"  Act as  [bold]{first.name}[/bold], who {first.title} (top right), or as")
        self._print(f"          {', '.join(person.name for person in others)}\n")
        self._print("Three things to try")
        self._print(_THINGS_TO_TRY)
        self._print(
            "\n  To send a comment of your own, see the README; .demo/env has this demo's settings."
            "\n  local-slack listens on all network interfaces of this machine: use it on a network"
            " that you trust.\n  Ctrl-C ends everything; the next start begins anew.\n",
            style="dim",
        )

    def refused(self, delivery: str, status: int, detail: str) -> None:
        """A sample that did not get in."""
        self._print(f"  {delivery} was answered with {status}: {escape(detail)}", style="yellow")

    def streamed(self, taken: int, total: int) -> None:
        """All samples have been sent."""
        self.say(
            f"  {taken} of {total} sample deliveries are in. Everything stays up until Ctrl-C."
        )

    def ended(self) -> None:
        """The end that was asked for."""
        self._print("\nEnded.")

    def failed(self, reason: str) -> None:
        """An end that nobody asked for."""
        self._print(f"\n[bold red]The demo cannot go on.[/bold red] {escape(reason)}")

    def _print(self, text: str, style: str = "") -> None:
        self._console.print(text, style=style, highlight=False, soft_wrap=True)
