"""Takes the README's picture of a card from the demo: docs/card.png.

Usage: picture.py [--address http://127.0.0.1:4390] [--to docs/card.png]

Without --address it starts a demo of its own and ends it again. Needs Chromium (on Debian:
``apt install chromium fonts-noto-cjk fonts-noto-color-emoji``).
"""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from bot.demo.interruption import DemoFailed, Interrupted, Interruption
from bot.demo.processes import Children

COMMENT = "新手機部相機"
READY_SECONDS = 120
WAIT_MILLISECONDS = 90_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def main() -> int:
    """Take the picture; the exit code."""
    arguments = read_arguments()

    def take_it(executable: str, address: str) -> None:
        take(executable, address, arguments.to)

    code = with_a_demo(take_it, arguments.address, "--fast")
    if not code:
        print(f"{arguments.to} is the card as the demo shows it.")
    return code


def with_a_demo(take_it: Callable[[str, str], None], given: str | None, *flags: str) -> int:
    """Have *take_it* take pictures with a browser at a demo's address; the exit code."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        print("There is no Chromium here. On Debian: sudo apt install chromium", file=sys.stderr)
        return 1
    try:
        with a_demo(given, *flags) as address:
            take_it(browser, address)
    except Interrupted:
        return 1
    except DemoFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="Take the README's picture of a card.")
    parser.add_argument("--address", help="where a demo runs (default: start one)")
    parser.add_argument("--to", type=Path, default=Path("docs/card.png"), help="the file to write")
    return parser.parse_args()


@contextmanager
def a_demo(address: str | None, *flags: str) -> Iterator[str]:
    """The address of a running demo: the one given, or one with *flags* for this moment."""
    if address:
        yield address
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        Interruption() as interruption,
        Children(interruption) as children,
    ):
        log = Path(folder) / "demo.log"
        children.start("demo", [sys.executable, "-m", "bot", "demo", *flags], log)
        children.wait_for(lambda: address_in(log) is not None, READY_SECONDS)
        yield str(address_in(log))


def address_in(log: Path) -> str | None:
    """The address that the demo has printed, if it has."""
    match = re.search(r"Open\s+(http://\S+)", log.read_text("utf-8"))
    return match[1] if match else None


def take(executable: str, address: str, file: Path) -> None:
    """Let two people claim their parts of the comment, and photograph its card."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        page = new_page(browser)
        page.goto(address)
        claim(page, "Chloe Ho", "marketing-hk")
        claim(page, "Wing Lam", "service-hk")
        shown = card(page)
        for name in ("Chloe Ho", "Wing Lam"):
            shown.get_by_text(name).first.wait_for()
        page.mouse.move(0, 0)
        shown.evaluate("card => card.style.padding = '16px'")
        file.parent.mkdir(parents=True, exist_ok=True)
        shown.screenshot(path=file)
        browser.close()


def new_page(browser: Browser) -> Page:
    """A page as somebody in Hong Kong sees it, on a sharp screen."""
    context = browser.new_context(
        viewport={"width": 1040, "height": 1000},
        device_scale_factor=2,
        locale="en-GB",
        timezone_id="Asia/Hong_Kong",
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MILLISECONDS)
    return page


def claim(page: Page, person: str, channel: str) -> None:
    """Press Claim as *person*, unless the card in *channel* has been claimed before."""
    page.get_by_label("Act as").select_option(label=person)
    page.locator(".sidebar-item", has_text=channel).click()
    shown = card(page)
    shown.wait_for()
    button = shown.get_by_role("button", name="Claim", exact=True)
    if button.count():
        button.click()
        shown.get_by_role("button", name="Release", exact=True).wait_for()


def card(page: Page) -> Locator:
    """The card of the comment that three departments share."""
    return page.locator(".msg", has_text=COMMENT).last


if __name__ == "__main__":
    sys.exit(main())
