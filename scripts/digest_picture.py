"""Takes the README's pictures of weekly digests: docs/digest.png, docs/digest-charts.png.

Usage: digest_picture.py [--address http://127.0.0.1:4390] [--to docs]

Without --address it starts a demo of its own and ends it again; a demo at an address must run in
this folder, with ``--no-stream``. Five invented weeks go into its database, two digests are
scheduled for the next minute, and all else is Crosstalk's own doing. Needs Chromium (on Debian:
``apt install chromium fonts-noto-cjk fonts-noto-color-emoji``).
"""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from invented_weeks import Weeks
from picture import FLAGS, new_page, with_a_demo
from playwright.sync_api import FloatRect, Locator, Page, sync_playwright

import bot.demo
from bot import organisation
from bot.domain.schedules import Cadence, Schedule
from bot.domain.scope import Kind, Scope
from bot.store.database import Database
from bot.usecases import scheduling

# Each with the channel that its digest comes to: the one is photographed, of the other its thread.
TEAM, TEAM_CHANNEL = Scope(Kind.TEAM, "service-hk"), "C0SERVICEHK"
EVERYBODY, EVERYBODY_CHANNEL = Scope(), "C0GENERAL"
ZONE = ZoneInfo("Asia/Hong_Kong")
# Until the next minute, the clock's next look, and two uploads after that.
WAIT_MILLISECONDS = 180_000
_MARGIN = 12


def main() -> int:
    """Take the pictures; the exit code."""
    parser = argparse.ArgumentParser(description="Take the README's pictures of digests.")
    parser.add_argument("--address", help="where a demo runs (default: start one)")
    parser.add_argument("--to", type=Path, default=Path("docs"), help="the folder to write to")
    arguments = parser.parse_args()

    def take_them(executable: str, address: str) -> None:
        live_through()
        take(executable, address, arguments.to)

    code = with_a_demo(take_them, arguments.address, "--no-stream")
    if not code:
        print(f"{arguments.to} has a digest, and the charts of another, as the demo shows them.")
    return code


def live_through() -> None:
    """Give the demo of this folder five weeks of history, and two digests within a minute."""
    org = organisation.load(Path(bot.demo.__file__).with_name("organisation.toml"))
    database = Database(f"sqlite:///{Path.cwd() / '.demo' / 'demo.db'}")
    Weeks(org, datetime.now(UTC)).live(database)
    now = datetime.now(UTC)
    at = (now + timedelta(minutes=1)).astimezone(ZONE)
    with database.transaction() as session:
        for scope, place in ((TEAM, TEAM_CHANNEL), (EVERYBODY, EVERYBODY_CHANNEL)):
            scheduling.create(session, org, weekly(scope, place, at), by="U0MANAGER", now=now)
    database.close()


def weekly(scope: Scope, place: str, at: datetime) -> Schedule:
    """A digest that comes at the minute of *at*, and a week later again."""
    return Schedule(
        key="",
        scope=scope,
        cadence=Cadence.WEEKLY,
        at=at.time().replace(second=0, microsecond=0),
        zone=ZONE,
        weekday=at.weekday(),
        place=place,
    )


def take(executable: str, address: str, folder: Path) -> None:
    """Photograph the digest of a team, and the charts in the thread of everybody's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        page = new_page(browser)
        page.set_default_timeout(WAIT_MILLISECONDS)
        page.goto(address)
        page.get_by_label("Act as").select_option(label="Helen Cartwright")
        whole = digest_in(page, "service-hk")
        folder.mkdir(parents=True, exist_ok=True)
        whole.evaluate("shown => shown.style.padding = '16px'")
        whole.screenshot(path=folder / "digest.png")
        digest_in(page, "general").get_by_text("2 replies").click()
        photograph_charts(page, folder / "digest-charts.png")
        browser.close()


def digest_in(page: Page, channel: str) -> Locator:
    """The digest in *channel*, once both charts are in its thread."""
    page.locator(".sidebar-item", has_text=channel).click()
    digest = page.locator(".msg", has_text="More than usual about").last
    digest.get_by_text("2 replies").wait_for()
    page.mouse.move(0, 0)
    return digest


def photograph_charts(page: Page, file: Path) -> None:
    """What the thread that is open says below its divider, which has to fit the window."""
    page.set_viewport_size({"width": 1040, "height": 3000})
    pictures = page.locator(".thread-body .file-image img")
    pictures.nth(1).wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.thread-body img')].every(i => i.complete)"
    )
    page.mouse.move(0, 0)
    top = page.locator(".thread-divider").evaluate("line => line.getBoundingClientRect().bottom")
    last = page.locator(".thread-body .msg").last.bounding_box()
    if last:
        end = last["y"] + last["height"] + _MARGIN
        clip = FloatRect(x=last["x"], y=top, width=last["width"], height=end - top)
        page.screenshot(path=file, clip=clip)


if __name__ == "__main__":
    sys.exit(main())
