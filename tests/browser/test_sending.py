"""What a visitor sends and the page does not get is said, with no other picture beside it."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from browsing import pick, send
from patience import PATIENCE
from playwright.sync_api import Locator, Page, TimeoutError, expect
from reverse_proxy import Proxy
from sent_files import photo

from benchmarks.app import serving
from realnvp.images import MAX_BYTES

AGAIN = re.compile("Please send it again")


def drop(page: Page, name: str, data: bytes, key: str = "upload") -> None:
    """As if it was dragged onto the uploader, with no type that the browser knows."""
    page.locator(f".st-key-{key} section").evaluate(
        """(place, [name, bytes]) => {
          const moved = new DataTransfer();
          moved.items.add(new File([new Uint8Array(bytes)], name));
          for (const kind of ["dragenter", "dragover", "drop"])
            place.dispatchEvent(new DragEvent(kind, { dataTransfer: moved, bubbles: true }));
        }""",
        [name, list(data)],
    )


def shown(page: Page, name: str) -> None:
    expect(page.get_by_alt_text(f"{name} at 8 × 8")).to_be_visible()


def nothing_is_shown(page: Page) -> None:
    expect(page.get_by_alt_text(re.compile(" at 8 × 8"))).to_have_count(0)
    expect(page.get_by_text("Bytes equal")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("photo", "JPEG"), ("scan.TIF", "TIFF"), ("me.JFIF", "JPEG"), ("strange.txt", "AVIF")],
)
def test_any_name_is_sent_and_dropped_and_the_content_decides(
    page: Page, address: str, name: str, kind: str
) -> None:
    page.goto(f"{address}/encode?source=Upload")
    shown(page, "sample 1")
    send(page, f"1{name}", photo(kind=kind))
    shown(page, f"1{name}")
    drop(page, f"2{name}", photo(kind=kind))
    shown(page, f"2{name}")


def test_what_is_refused_is_said_and_stands_beside_no_other_picture(
    page: Page, address: str, complaints: list[str], tmp_path: Path
) -> None:
    page.goto(f"{address}/encode?source=Upload")
    shown(page, "sample 1")
    send(page, "mine.png", photo())
    shown(page, "mine.png")

    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    page.locator(".st-key-upload input[type=file]").set_input_files(large)  # the browser keeps it
    expect(page.get_by_text("large.jpg was not sent: it is larger than 50 MB")).to_be_visible()
    nothing_is_shown(page)

    send(page, "next.png", photo())
    shown(page, "next.png")
    send(page, "notes.txt", b"no picture")
    expect(page.get_by_text(re.compile("notes.txt: This is no picture"))).to_be_visible()
    nothing_is_shown(page)

    page.route("**/_stcore/upload_file/**", lambda route: route.fulfill(status=413))
    send(page, "last.png", photo())
    expect(page.get_by_text("last.png was not sent: it is larger than 50 MB")).to_be_visible()
    nothing_is_shown(page)
    complaints[:] = [line for line in complaints if "413" not in line]


def test_a_file_of_before_a_restart_has_to_be_sent_again(page: Page, models: Path) -> None:
    settings = {"REALNVP_CHECKPOINTS": str(models), "OMP_NUM_THREADS": "1"}
    places = [Encode(), Likelihood(), Interpolate(), Train()]
    proxy = Proxy("", strips=True)
    # The new server is up before the old one goes: browsers stop asking after two minutes.
    with proxy.listening() as url, serving(settings, PATIENCE) as new:
        with serving(settings, PATIENCE) as old:
            proxy.server = old.address
            for place in places:
                # No page of the fixture's: that would complain of a server that is not there.
                place.tab = page.context.browser.new_page()  # type: ignore[union-attr]
                place.tab.set_default_timeout(1000 * PATIENCE)
                place.tab.goto(f"{url}/{place.link}")
                place.arrive()
                send(place.tab, "photo.jpg", photo(kind="JPEG"), place.key)
                place.has_it()
            proxy.server = new.address
        for place in places:
            asked_again(place)
            expect(place.tab.get_by_alt_text(re.compile("photo.jpg.+"))).to_have_count(0)
            send(place.tab, "photo.jpg", photo(kind="JPEG"), place.key)
            expect(place.tab.get_by_text(AGAIN)).to_have_count(0)
            place.has_it()


def asked_again(place: "Encode") -> None:
    """A browser that was waiting for an answer asks again by itself, others when pressed."""
    again = place.tab.get_by_text(AGAIN)
    for _ in range(10):  # what is pressed before the browser has the new server is lost
        expect(again.or_(place.button()).first).to_be_visible()
        with suppress(AssertionError, TimeoutError):
            if not again.is_visible():
                place.button().click(timeout=20 * PATIENCE)  # the button goes if it asks by itself
            return expect(again).to_be_visible(timeout=100 * PATIENCE)
    raise AssertionError(f"{place.link} shows a picture that the server has not")


class Encode:
    link, key = "encode?source=Upload", "upload"
    tab: Page

    def arrive(self) -> None:
        expect(self.tab.get_by_text("Last model call")).to_be_visible()

    def has_it(self) -> None:
        shown(self.tab, "photo.jpg")

    def button(self) -> Locator:
        return self.tab.get_by_role("tab", selected=False).first


class Likelihood(Encode):
    link = "likelihood?source=Upload"

    def has_it(self) -> None:
        expect(self.tab.get_by_alt_text(re.compile("photo.jpg, with a box"))).to_have_count(1)

    def button(self) -> Locator:
        return self.tab.get_by_role("radio", checked=False).first


class Interpolate(Encode):
    link, key = "interpolate?view=Path&b_from=Upload", "b_upload"

    def has_it(self) -> None:
        expect(self.tab.get_by_alt_text("Latent B: photo.jpg")).to_be_visible()

    def button(self) -> Locator:
        return self.tab.locator(".st-key-a_new button")


class Train(Encode):
    link, key = "train", "training_file"

    def arrive(self) -> None:
        pick(self.tab.locator(".st-key-training_set input"), "upload")
        expect(self.tab.locator(".st-key-training_file input[type=file]")).to_have_count(1)

    def has_it(self) -> None:
        # A picture is no set of pictures: the message is of the file itself.
        expect(self.tab.get_by_test_id("stFileChip")).to_be_visible()
        expect(self.tab.get_by_test_id("stFileChipIconSpinner")).to_have_count(0)
        self.button().click()
        message = "upload: one picture alone; expected a folder or a zip file of pictures"
        expect(self.tab.get_by_text(message)).to_be_visible()

    def button(self) -> Locator:
        return self.tab.get_by_role("button", name="Start", exact=True)
