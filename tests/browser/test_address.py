"""Whatever a visitor looks at, its address shows again: after a reload, Back, Forward, a recipe."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import at_rest, choose, drawn_to_the_end, settings, source_of
from fuzz import some
from playwright.sync_api import Locator, Page, expect

# A page's settings with a picture that they lead to.
VIEWS = {
    "home": ("strip=55", "20 samples at temperature 0.7, seed 55"),
    "sample": (
        "temperature=0.45&seed=7&pictures=16&bits=true",
        "16 samples at temperature 0.45, seed 7",
    ),
    "axes": (
        "columns_setting=level+1&rows_cells=3&columns_cells=2&rows_seed=5&temperature=0.5",
        "Grid of 6: seed 5 to 7",
    ),
    "encode": ("example=sample+3&zoom=2&look=Spread", "sample 3 at 8 × 8"),
    "interpolate": (
        "view=Path&path=linear&frames=5&a_seed=9&b_from=Example&b_example=sample+2",
        "5 frames on a linear path from seed 9, T = 0.70 to sample 2",
    ),
    "multiscale": (
        "show=Compress&rows=1&a_seed=3&seed=5",
        re.compile("^seed 3, T = 0.70 with .* in 1 rows, seed 5"),
    ),
    "repair": (
        "missing=Box&box_rows=25&box_rows=75&seed=4&steps=4&example=sample+2",
        "4 pictures that fit what is known of sample 2, at step 4",
    ),
    "directions": (
        "a_seed=6&taught_yes=sample+0+no.+1&taught_yes=sample+0+no.+3&taught_no=sample+0+no.+2"
        "&taught_no=sample+0+no.+6&directions=Mine&amount_Mine=1.5&orthogonal=true",
        re.compile("^seed 6, T = 0.70, before and after: Mine"),
    ),
    "atlas": ("at=4&marks=Dots&colour=Norm", re.compile("^The 8 nearest to no. 4 ")),
    "likelihood": (
        "likelihood=Typical+set&temperature=0.5&seed=3&example=sample+2",
        re.compile("^The mode and 15 samples at temperature 0.50, seed 3"),
    ),
    "compare": (
        "look=Reversibility&a_example=sample+2",
        re.compile("^Error of RealNVP on sample 2"),
    ),
    "anatomy": ("step=7&row=2&column=3&start=a+sample&seed=4", re.compile(", of seed 4, ")),
    "models": (
        "models_view=Side+by+side&seed=4&temperature=0.3",
        "16 samples of tiny at temperature 0.30, seed 4",
    ),
    "toy": (
        "couplings=4&width=8&steps=20&shown=grid&temperature=0.5",
        "Density of the toy on moons after 20 steps, seed 0",
    ),
}
# Of these the way by a recipe too: lists, parts with fields of their own, a word, many defaults.
BY_RECIPE = ("axes", "interpolate", "directions", "likelihood", "toy")


def shown(page: Page, alt: str | re.Pattern[str]) -> str:
    """The pixels of the picture with this text, once it is there and the page is at rest."""
    picture = page.get_by_alt_text(alt).or_(page.get_by_role("img", name=alt)).first
    expect(picture).to_be_visible()
    at_rest(page)
    return source_of(picture)


def entries(page: Page) -> int:
    return page.evaluate("history.length")


def press(page: Page, name: str) -> None:
    """The last button of this name: a page's own, not one of the menu."""
    page.get_by_role("button", name=name, exact=True).last.click()


def open_recipe(page: Page, text: str) -> None:
    page.get_by_role("button", name="Open a recipe").click()
    file = {"name": "view.json", "mimeType": "application/json", "buffer": text.encode()}
    page.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(file)


def recipe_of(page: Page) -> tuple[str, str]:
    """The link and the JSON that the page gives of itself."""
    page.get_by_role("button", name="Recipe", exact=True).first.click()
    body = page.get_by_test_id("stPopoverBody")
    link = body.get_by_test_id("stCode").first.inner_text().strip()
    body.get_by_role("tab", name="JSON").click()
    text = code(body).inner_text()
    page.keyboard.press("Escape")
    return link, text


def code(body: Locator) -> Locator:
    return body.get_by_test_id("stCode").filter(has_text='"page"')


@pytest.mark.parametrize("name", some(VIEWS, (*BY_RECIPE, "home", "encode", "anatomy")))
@pytest.mark.usefixtures("families")
def test_a_view_is_found_again(page: Page, address: str, name: str) -> None:
    query, alt = VIEWS[name]
    place = "" if name == "home" else name
    page.goto(f"{address}/{place}?{query}")
    pixels, asked = shown(page, alt), settings(page)
    assert asked == parse_qs(query)

    page.reload()
    assert shown(page, alt) == pixels
    assert settings(page) == asked

    # The page that is gone to has settings of the same names.
    count = entries(page)
    choose(page, "Multi-scale" if name != "multiscale" else "Interpolate")
    at_rest(page)
    press(page, "New")
    at_rest(page)
    assert entries(page) == count + 1
    page.go_back()
    assert shown(page, alt) == pixels
    assert settings(page) == asked

    if name not in BY_RECIPE:
        return
    link, recipe = recipe_of(page)
    assert urlsplit(link).path == f"/{place}"
    assert parse_qs(urlsplit(link).query) == asked
    choose(page, "Lesson")
    at_rest(page)
    open_recipe(page, recipe)
    assert shown(page, alt) == pixels
    page.reload()  # a recipe says more than the link that it was made from
    assert shown(page, alt) == pixels
    page.go_back()
    expect(page.get_by_role("heading", name="Lesson", level=1)).to_be_visible()
    page.go_forward()
    assert shown(page, alt) == pixels


@pytest.mark.parametrize(
    ("title", "alt"),
    [
        ("Interpolate", re.compile("^Manifold of four latents: φ′ 45°, φ 45°$")),
        ("Multi-scale", re.compile("^seed 7, no. 2, T = 0.70 and 5 variants")),
    ],
)
def test_a_latent_that_is_gone_on_with_is_found_again(
    page: Page, address: str, title: str, alt: str | re.Pattern[str]
) -> None:
    page.goto(f"{address}/sample?seed=7&pictures=16")
    before = shown(page, "16 samples at temperature 0.70, seed 7")
    press(page, "Sample 2 of seed 7")
    count = entries(page)
    page.get_by_role("button", name=f"→ {title}").click()
    pixels, asked = shown(page, alt), settings(page)
    assert asked == {"a_from": ["Tray"], "a_pin": ["seed 7, no. 2, T = 0.70"]}
    assert entries(page) == count + 1

    page.reload()
    assert shown(page, alt) == pixels
    page.go_back()
    assert shown(page, "16 samples at temperature 0.70, seed 7") == before
    assert settings(page) == {"seed": ["7"], "pictures": ["16"]}
    page.go_forward()
    assert shown(page, alt) == pixels

    # The link is for anyone: it says how the latent was made, not where it was put.
    link, _ = recipe_of(page)
    assert "tray" not in link
    page.context.clear_cookies()
    page.goto(link)
    assert shown(page, alt) == pixels


def test_the_rest_of_a_page_stays_when_a_latent_is_brought_to_it(page: Page, address: str) -> None:
    page.goto(f"{address}/interpolate?view=Path&frames=5&path=linear&a_seed=3&b_seed=8")
    shown(page, "5 frames on a linear path from seed 3, T = 0.70 to seed 8")
    choose(page, "Sample")
    at_rest(page)
    press(page, "Sample 2 of seed 0")
    page.get_by_role("button", name="→ Interpolate").click()
    shown(page, "5 frames on a linear path from seed 0, no. 2, T = 0.70 to seed 8")
    assert settings(page) == {
        "a_from": ["Tray"],
        "a_pin": ["seed 0, no. 2, T = 0.70"],
        "b_seed": ["8"],
        "frames": ["5"],
        "path": ["linear"],
        "view": ["Path"],
    }


def test_a_page_is_one_entry_with_its_newest_settings(page: Page, address: str) -> None:
    page.goto(f"{address}/multiscale")
    at_rest(page)
    # What stands in a link as on arrival goes from it, without an entry of its own.
    page.goto(f"{address}/sample?temperature=0.7&pictures=16&seed=3")
    shown(page, "16 samples at temperature 0.70, seed 3")
    assert settings(page) == {"pictures": ["16"], "seed": ["3"]}
    count = entries(page)
    slider = page.locator("input[type=range]").first
    for value in ("0.75", "0.80", "0.85"):
        slider.press("ArrowRight")
        shown(page, f"16 samples at temperature {value}, seed 3")
    for _ in range(3):
        page.get_by_role("button", name="New").first.click()
        at_rest(page)
    assert entries(page) == count
    page.go_back()
    expect(page.get_by_role("heading", name="Multi-scale", level=1)).to_be_visible()
    page.go_forward()
    shown(page, re.compile("^16 samples at temperature 0.85"))


def test_a_recipe_of_the_same_page_leaves_a_way_back(page: Page, address: str) -> None:
    page.goto(f"{address}/sample?seed=3&pictures=16&bits=true")
    before = shown(page, "16 samples at temperature 0.70, seed 3")
    _, recipe = recipe_of(page)
    open_recipe(page, recipe.replace('"seed": 3', '"seed": 4'))
    after = shown(page, "16 samples at temperature 0.70, seed 4")
    assert settings(page) == {"seed": ["4"], "pictures": ["16"], "bits": ["true"]}
    page.go_back()
    assert shown(page, "16 samples at temperature 0.70, seed 3") == before
    assert settings(page) == {"seed": ["3"], "pictures": ["16"], "bits": ["true"]}
    page.go_forward()
    assert shown(page, "16 samples at temperature 0.70, seed 4") == after


def test_levels_of_their_own_are_in_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/sample?temperature=0.3&pictures=16")
    shown(page, "16 samples at temperature 0.30, seed 0")
    page.get_by_text("Link levels").click()
    alt = "16 samples at temperature 0.30, 0.30, 0.30, seed 0"
    pixels = shown(page, alt)
    page.reload()
    assert shown(page, alt) == pixels


def test_a_label_is_found_again_whether_it_was_suggested_or_chosen(
    page: Page, address: str, offer: Callable[..., str]
) -> None:
    classes = offer("digits", channels=1, label_kind="class", num_labels=10)
    page.goto(f"{address}/sample?checkpoint={classes}&seed=3&pictures=16")
    shown(page, re.compile("^16 samples at temperature 0.70, seed 3"))
    press(page, "Sample 5 of seed 3")
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_text("Tray (1 of")).to_be_visible()
    choose(page, "Encode")
    at_rest(page)
    page.get_by_text("Tray", exact=True).last.click()
    chosen = page.get_by_role("combobox", name="Class")
    expect(chosen).to_have_value("4")
    at_rest(page)
    page.reload()
    expect(chosen).to_have_value("4")
    at_rest(page)
    chosen.fill("0")
    page.keyboard.press("Enter")
    expect(chosen).to_have_value("0")
    at_rest(page)
    for _ in range(2):
        page.reload()
        expect(chosen).to_have_value("0")
        at_rest(page)
    choose(page, "Sample")
    at_rest(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Encode", level=1)).to_be_visible()
    expect(chosen).to_have_value("0")


def test_the_first_pin_is_named_in_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/multiscale?show=Maps&a_seed=5")
    press(page, "Pin A")
    expect(page.get_by_text("Tray (1 of")).to_be_visible()
    page.goto(page.url + "&a_from=Tray")
    shown(page, "A: seed 5, T = 0.70")
    assert settings(page)["a_pin"] == ["seed 5, T = 0.70"]


def test_back_walks_through_the_stops_of_a_lesson(page: Page, address: str) -> None:
    page.goto(f"{address}/lesson")
    at_rest(page)
    page.get_by_role("button", name="Begin").click()
    bar = page.locator(".st-key-lesson_bar")
    for number in (1, 2, 3):
        expect(bar).to_contain_text(f"{number} of ")
        drawn_to_the_end(page)  # what hears the key comes last
        if number < 3:
            page.keyboard.press("PageDown")
    for number in (2, 1):
        page.go_back()
        expect(bar).to_contain_text(f"{number} of ")
    expect(page.get_by_alt_text("64 samples at temperature 0.70, seed 0")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    expect(bar).to_have_count(0)


def test_a_toy_that_was_paused_is_trained_as_far_again(page: Page, address: str) -> None:
    page.goto(f"{address}/toy?couplings=4&width=8")
    page.get_by_role("button", name="10 steps").click()
    alt = "Density of the toy on moons after 10 steps, seed 0"
    pixels = shown(page, alt)
    assert settings(page)["steps"] == ["10"]
    page.reload()
    assert shown(page, alt) == pixels
    page.get_by_role("button", name="Reset").click()
    shown(page, "Density of the toy on moons after 0 steps, seed 0")
    assert "steps" not in settings(page)


def test_what_is_to_be_trained_is_found_again(page: Page, address: str) -> None:
    query = "minutes=7&network=medium&rate=0.008&inverse_penalty=true&side=28"
    page.goto(f"{address}/train?{query}")
    for _ in range(2):
        minutes = page.get_by_role("group", name="Minutes").locator("input")
        expect(minutes).to_have_value("7")
        expect(page.get_by_role("switch", name="Inverse penalty", exact=True)).to_be_checked()
        at_rest(page)
        assert settings(page) == parse_qs(query)
        page.reload()
