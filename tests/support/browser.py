"""A person at the page of `newsdesk try`: starts both, types, picks, presses, and reads what is there."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 20
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",  # CI runs as root, where Chromium's sandbox cannot
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
IDLE = """
const page = window.simcordPreview;
return Boolean(page && page.ready && !page.pendingAction && !page.pendingQuery
    && page.awaitingRevision === null);
"""

COMMANDS = "return [...document.querySelectorAll('.command-entry strong')].map(one => one.textContent)"

T = TypeVar("T")


def browser_paths() -> tuple[str, str] | None:
    """Chromium and its driver, or None where one is missing."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@contextlib.contextmanager
def trying(*arguments: str, locale: str = "") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`newsdesk try` as its own process, for members with this locale, and the address that it prints."""
    program = ["tests.support.languages", locale] if locale else ["bot", "try"]
    process = subprocess.Popen(
        [sys.executable, "-m", *program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        text=True,
    )
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if address := next((word for word in line.split() if word.startswith("http://")), None):
                yield process, address
                break
        else:
            raise AssertionError("newsdesk try said no address:\n" + "".join(said))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            said_last, _ = process.communicate(timeout=PATIENCE)
            print(said_last)  # pytest shows it where a test failed
        except subprocess.TimeoutExpired:
            process.kill()
            raise


@contextlib.contextmanager
def browsing(address: str, width: int = 1280, height: int = 1000, scale: int = 1) -> Iterator[Page]:
    """The page in a browser with a fresh profile."""
    paths = browser_paths()
    assert paths is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = paths[0]
        for flag in FLAGS:
            options.add_argument(flag)
        options.add_argument(f"--window-size={width},{height}")
        options.add_argument(f"--force-device-scale-factor={scale}")
        options.add_argument(f"--user-data-dir={profile}")
        driver = webdriver.Chrome(options=options, service=Service(paths[1]))
        try:
            driver.get(address)
            page = Page(driver)
            page.rest()
            yield page
        finally:
            driver.quit()


class Page:
    """The channel as the person sees it."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def show_as_phone(self, width: int = 390, height: int = 844) -> None:
        """Shows the page on a screen of this size; a window of Chromium is at least 500 wide."""
        size = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": True}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.until(lambda: self.driver.execute_script("return innerWidth") == width, "a phone's screen")
        self.rest()

    def overhanging(self, selector: str) -> list[str]:
        """The classes of those elements that reach past the right edge of the screen."""
        script = (
            "return [...document.querySelectorAll(arguments[0])]"
            ".filter(e => e.getBoundingClientRect().right > innerWidth).map(e => String(e.className))"
        )
        found: list[str] = self.driver.execute_script(script, selector)
        return found

    def until(self, condition: Callable[[], T], what: str) -> T:
        """What `condition` returns once it is true; elements that vanish meanwhile are looked for again."""

        def asked(_: webdriver.Chrome) -> T | None:
            try:
                return condition()
            except (WebDriverException, IndexError):  # not there yet, or drawn anew just now
                return None

        try:
            found = WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05).until(asked)
        except TimeoutException:
            raise AssertionError(f"no {what}; {self.status()}; the channel:\n{self.shown()}") from None
        assert found is not None
        return found

    def rest(self) -> None:
        """Waits until the page shows the end of whatever was done."""
        self.until(lambda: self.driver.execute_script(IDLE), "rest")

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.until(lambda: self.all(selector)[0], selector)

    def status(self) -> str:
        return self._text("#action-status")

    def shown(self) -> str:
        """All that the channel says."""
        return self._text("#channel-message-list")

    def last(self) -> str:
        """What the newest message says."""
        return self._text("#channel-message-list > article:last-of-type")

    def _text(self, selector: str) -> str:
        """The text of the element, or nothing where it is missing or just being drawn anew."""
        try:
            return self.driver.find_element(By.CSS_SELECTOR, selector).text
        except WebDriverException:
            return ""

    # Commands.

    def command(self, path: str) -> None:
        """Types `/path` and takes the command from the list."""
        self.rest()
        self.one("#channel-composer-input").send_keys(f"/{path}")
        self.until(
            lambda: path in self.all(".command-entry.is-active strong")[0].text,
            f"/{path} in the list of commands",
        )
        self.one("#channel-composer-input").send_keys(Keys.ENTER)
        self.one(".command-chip")

    def option(self, name: str, text: str) -> None:
        """Types into an option."""
        self._optional(name)
        field = f".command-option-input[data-option={name}]"

        def type_it() -> bool:
            self.all(field)[0].send_keys(text)
            return True

        self.until(type_it, field)

    def pick(self, name: str, text: str, containing: str = "") -> str:
        """Types into an option and takes the first suggestion that contains `containing`; returns it."""
        self.option(name, text)
        return self.take("#command-suggestion-listbox [role=option]", lambda said: containing in said)

    def take(self, selector: str, wanted: Callable[[str], bool], newest: bool = False) -> str:
        """Clicks the first of these elements (the last if `newest`) whose text is wanted; returns that."""

        def clicked() -> str:
            found = [(one, one.text) for one in self.all(selector) if one.is_displayed() and wanted(one.text)]
            element, text = found[-1 if newest else 0]
            element.click()
            return text or " "

        return self.until(clicked, f"{selector} to click")

    def attach(self, name: str, file: Path) -> None:
        self._optional(name)
        self.one(f".command-file-input[data-option={name}]").send_keys(str(file))

    def send(self) -> None:
        """Sends the command and waits for its end; a press while completions are on their way is lost."""

        def sent() -> bool:
            assert "uncertain" not in self.status(), f"the command failed:\n{self.shown()}"
            if self.all(".command-chip") and self.driver.execute_script(IDLE):
                self.one("#send-message").click()
            return not self.all(".command-chip")

        self.until(sent, "end of the command")
        self.rest()

    def _optional(self, name: str) -> None:
        """Adds the option, where it is one that is not asked for at once."""
        if not self.all(f"[data-option={name}]"):
            self.one(".command-ghost").click()
            self.take("#command-suggestion-listbox [role=option]", lambda said: said.split("\n")[0] == name)

    # Components.

    def press(self, label: str) -> None:
        """Presses the newest button of that label, and waits for what it does."""
        self.rest()
        self.take("button.component-button", lambda said: said == label, newest=True)
        self.rest()

    def buttons(self) -> list[str]:
        """The labels of the newest message's buttons."""
        newest = "#channel-message-list > article:last-of-type"
        return [one.text for one in self.all(f"{newest} .component-button")]

    def select(self, containing: str) -> None:
        """Opens the newest select menu and takes the first entry that contains the text."""
        self.rest()
        self.take(".select-trigger", lambda said: True, newest=True)
        self.take(".select-option", lambda said: containing in said)
        self.rest()

    def hide_sidebar(self) -> None:
        """Leaves the whole width to the channel."""
        if (toggle := self.one("#messages-toggle")).get_attribute("aria-expanded") == "true":
            toggle.click()

    def point_away(self) -> None:
        """Takes the pointer off the messages, which show more under it."""
        ActionChains(self.driver).move_to_element(self.one("#channel-name")).perform()

    def fill(self, text: str) -> None:
        """Fills the first field of the open form and submits it."""
        field = self.one(".modal-input")
        field.clear()
        field.send_keys(text)
        self.one(".modal-dialog button[type=submit]").click()
        self.rest()

    def view_as(self, name: str) -> None:
        """Becomes another member."""
        self.rest()
        self.take("#viewer-picker option", lambda said: name in said)
        self.rest()

    def says(self, *texts: str) -> str:
        """Waits until the newest message says all of this, and returns it."""
        return self.until(
            lambda: said if (said := self.last()) and all(text in said for text in texts) else "",
            f"a message with {texts}",
        )

    def posted(self, text: str) -> bool:
        """Whether a message that all can see says this."""
        messages = [one.text for one in self.all("#channel-message-list > article")]
        return any(text in said and "Only you can see this" not in said for said in messages)

    def offered(self, prefix: str) -> list[str]:
        """The commands in the list when `/prefix` is typed."""
        self.rest()
        box = self.one("#channel-composer-input")
        box.send_keys(f"/{prefix}")
        self.until(lambda: self.all(".command-popup"), "list of commands")
        offered: list[str] = self.driver.execute_script(COMMANDS)
        box.send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.BACKSPACE)
        return offered
