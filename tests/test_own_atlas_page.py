"""The page Atlas with a set of one's own: what is opened is on the map, and what is not is said."""

import csv
import io
import zipfile
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch
from app_pages import Offered, figure, open_page, pixels_of, sent, trigger, written_by
from flows import random_pictures, small_flow
from streamlit.testing.v1 import AppTest

from explorer.tray.pins import MAX_PINS, Pin
from explorer.ui import pinned
from explorer.ui.atlas import known, selection
from explorer.ui.atlas.selection import SHOWN
from explorer.views.atlas import Atlas
from explorer.views.directions import DirectionsView
from explorer.views.recipe import read_recipe
from realnvp.__main__ import main
from realnvp.checkpoint import save
from realnvp.direction_file import SELECTION_FILE, selection_bytes
from realnvp.explore import own_set, umap_map
from realnvp.explore.directions import SELECTION
from realnvp.explore.encode_set import PICTURES, AtlasSet, encode_set
from realnvp.explore.selection import inside
from realnvp.image_encoding import to_png

COUNT = 14

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "tiny")
    save(small_flow(seed=1), folder / "other")
    return folder


@pytest.fixture(autouse=True)
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of sets, empty."""
    (tmp_path / "sets").mkdir()
    monkeypatch.setenv("REALNVP_SETS", str(tmp_path / "sets"))
    monkeypatch.setattr(known, "_own", type(known._own)())
    return tmp_path / "sets"


def zipped(count: int = COUNT, broken: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for index, image in enumerate(random_pictures(count)):
            pixels = image.permute(1, 2, 0).numpy()
            archive.writestr(f"{('cats', 'dogs')[index % 2]}/{index:02}.png", to_png(pixels))
        if broken:
            archive.writestr("dogs/broken.png", b"\x89PNG no more")
    return buffer.getvalue()


def send(app: AppTest, data: bytes, name: str = "mine.zip") -> AppTest:
    return app.file_uploader(key="atlas_file").set_value((name, data, "x/y")).run()


def opened(data: bytes, name: str = "mine.zip", **link: str) -> AppTest:
    return send(open_page("atlas.py", map_of="Upload", **link), data, name)


def map_of(app: AppTest) -> dict:
    (found,) = [data for data in sent(app) if isinstance(data, dict) and "points" in data]
    return found


def captions(app: AppTest) -> str:
    return "\n".join(text.value for text in app.caption)


def test_a_zip_is_on_the_map_with_what_is_left_out() -> None:
    app = opened(zipped(broken=True))
    assert not app.exception
    shown = map_of(app)
    assert len(shown["points"]) == COUNT
    assert [word for _, word in shown["legend"]["pairs"]] == ["cats", "dogs"]
    assert "14 pictures of mine\\.zip" in captions(app)
    assert any("1 of 15 files left out" in box.label for box in app.expander)
    assert any("dogs/broken.png" in code.value for code in app.code)


def test_until_a_file_is_here_the_map_is_the_models() -> None:
    app = open_page("atlas.py", map_of="Upload")
    assert len(map_of(app)["points"]) == PICTURES
    assert "Until a set is here" in captions(app)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Rar! and so on", "RAR archive"),
        (zipped(3), "3 pictures; a map takes 10"),
        (b"PAR1 and so on", "damaged Parquet"),
        (b"", "empty file"),
    ],
)
def test_what_cannot_be_opened_is_one_line_and_the_models_map(data: bytes, words: str) -> None:
    app = opened(data, "<b>mine.zip")
    assert not app.exception
    (error,) = app.error
    assert words in error.value.replace("\\", "")
    assert "<b>" not in error.value
    assert error.value.endswith("The map is of the model's own pictures.")
    assert len(map_of(app)["points"]) == PICTURES


def test_a_set_is_encoded_once_for_all_who_send_it(monkeypatch: pytest.MonkeyPatch) -> None:
    same = zipped()  # a zip file has the time in it
    opened(same)
    monkeypatch.setattr(own_set, "encode_set", None)
    assert len(map_of(opened(same))["points"]) == COUNT


def test_more_than_a_map_holds_are_sampled_and_the_page_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(own_set, "MOST", 12)
    app = opened(zipped())
    assert len(map_of(app)["points"]) == 12
    assert "chosen by a fixed seed of 14" in captions(app)


def test_a_set_on_the_server_is_chosen_by_its_name(sets: Path) -> None:
    assert "On this server" not in str(open_page("atlas.py").get("button_group")[0].options)
    (sets / "mine.zip").write_bytes(zipped())
    (sets / "few").mkdir()
    app = open_page("atlas.py", map_of="On this server", set_name="mine.zip")
    assert len(map_of(app)["points"]) == COUNT
    assert app.selectbox(key="set_name").options == ["few", "mine.zip"]
    app.selectbox(key="set_name").set_value("few").run()
    assert "no image set" in app.error[0].value
    other = open_page("atlas.py", map_of="On this server", set_name="../../etc")
    assert not other.exception
    assert other.selectbox(key="set_name").value == "few"


def test_a_collection_is_opened_with_its_own_model_alone(sets: Path, tmp_path: Path) -> None:
    for index, image in enumerate(random_pictures(COUNT)):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{index}.png").write_bytes(to_png(image.permute(1, 2, 0).numpy()))
    assert main(["encode", "tiny", str(tmp_path / "in"), "--out", str(sets / "out")]) == 0
    link = {"map_of": "On this server", "set_name": "out"}
    assert len(map_of(open_page("atlas.py", checkpoint="tiny", **link))["points"]) == COUNT
    app = open_page("atlas.py", checkpoint="other", **link)
    assert "of another model" in app.error[0].value
    part = next((sets / "out").glob("*.parquet")).read_bytes()
    assert len(map_of(opened(part, "part.parquet", checkpoint="tiny"))["points"]) == COUNT


def test_the_program_of_a_set_reads_it_from_beside_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered
) -> None:
    opened(zipped(), at="9")
    made, pixels = offered[-1]
    recipe = read_recipe({"atlas": Atlas}, made)
    assert recipe.view.pictures.set_file == "mine.zip"
    assert "mine.zip" not in recipe.link()  # no address holds a file
    (tmp_path / "mine.zip").write_bytes(zipped())
    written = written_by(recipe.python(), tmp_path, monkeypatch)
    assert np.array_equal(written["neighbours.png"], pixels)


def test_the_link_of_a_server_set_restores_it(sets: Path, offered: Offered) -> None:
    (sets / "mine.zip").write_bytes(zipped())
    app = open_page("atlas.py", map_of="On this server", set_name="mine.zip", at="3")
    recipe = read_recipe({"atlas": Atlas}, offered[-1][0])
    again = parse_qs(recipe.link().partition("?")[2])
    assert map_of(open_page("atlas.py", **again)) == map_of(app)


# Colours and projections


def test_colours_follow_folders_and_clusters() -> None:
    app = opened(zipped(), colour="Folder")
    assert [word for _, word in map_of(app)["legend"]["pairs"]] == ["cats", "dogs"]
    app.selectbox(key="colour").set_value("Cluster (k-means)").run()
    app.number_input(key="clusters").set_value(3.0).run()
    shown = map_of(app)
    assert [w for _, w in shown["legend"]["pairs"]] == ["cluster 1", "cluster 2", "cluster 3"]
    assert shown["titles"][0].split(": ")[1].startswith("Cluster (k-means) cluster ")
    assert any("adjusted Rand index with the labels" in text.value for text in app.markdown)
    app.selectbox(key="colour").set_value("Cluster (HDBSCAN)").run()
    app.number_input(key="smallest").set_value(2.0).run()
    assert not app.exception
    assert any("HDBSCAN finds" in text.value for text in app.markdown)


def test_without_umap_the_option_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.ui.atlas.map.has_umap", lambda: False)
    app = open_page("atlas.py", projection="UMAP")
    assert not app.exception
    assert "pip install 'realnvp[umap]'" in app.info[0].value
    assert "by PCA" in map_of(app)["alt"]
    monkeypatch.setattr(umap_map, "has_umap", lambda: False)
    with pytest.raises(ValueError, match="realnvp"):
        umap_map.umap_of(torch.zeros(10, 5))


@pytest.mark.skipif(not umap_map.has_umap(), reason="umap-learn is not installed")
def test_umap_has_a_map_of_its_own() -> None:
    app = open_page("atlas.py", projection="UMAP")
    assert not app.exception
    assert "UMAP keeps neighbours together" in map_of(app)["caption"]


# Selections

ALL = [[-999.0, -999.0], [999.0, -999.0], [999.0, 999.0], [-999.0, 999.0]]


def around(app: AppTest, rows: list[int]) -> list[list[float]]:
    """A box around these points, which has others in it too, perhaps."""
    points = np.array(map_of(app)["points"])[rows]
    (x0, y0), (x1, y1) = points.min(axis=0) - 0.01, points.max(axis=0) + 0.01
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def held(app: AppTest) -> int:
    """How many points are in the region that the map shows."""
    corners = map_of(app)["region"]
    points = torch.tensor(map_of(app)["points"])
    return len(inside(points, corners))


def drawn(app: AppTest, region: object) -> AppTest:
    return trigger(app, "atlas_map", "region", region)


def test_a_region_selects_its_pictures_with_their_mean() -> None:
    app = opened(zipped())
    drawn(app, around(app, [2, 5, 7]))
    assert not app.exception
    count = held(app)
    assert 3 <= count < COUNT
    assert any(f"{count} pictures are selected" in text.value for text in app.markdown)
    assert figure(app, f"Decoded: mean of {count} pictures")
    assert figure(app, f"The {count} selected pictures")


@pytest.mark.parametrize("region", [[[0, 0], [1, 1]], "x", [[0, "a"]] * 3, [[1e400, 0]] * 3, None])
def test_a_forged_region_changes_nothing(region: object) -> None:
    app = drawn(open_page("atlas.py"), region)
    assert not app.exception
    assert map_of(app)["region"] == []


def test_a_region_belongs_to_its_map_and_can_be_cleared() -> None:
    app = drawn(open_page("atlas.py"), ALL)
    assert held(app) == PICTURES
    app.button(key="region_clear").click().run()
    assert map_of(app)["region"] == []
    drawn(app, ALL)
    app.get("button_group")[1].set_value("t-SNE").run()
    assert "t-SNE" in map_of(app)["alt"]
    assert map_of(app)["region"] == []


def test_all_of_the_map_has_no_direction_and_says_so() -> None:
    app = drawn(open_page("atlas.py"), ALL)
    assert any("There is no direction" in text.value for text in app.markdown)
    assert "selection_direction" not in [button.key for button in app.button]


def test_one_press_pins_the_most_typical() -> None:
    app = opened(zipped())
    drawn(app, around(app, list(range(COUNT))))
    app.button(key="selection_pin").click().run()
    pins = app.session_state[pinned.STATE].pins
    assert len(pins) == SHOWN
    assert len({pin.name for pin in pins}) == SHOWN
    app.button(key="selection_pin").click().run()
    assert len(app.session_state[pinned.STATE].pins) == SHOWN


def test_where_there_is_no_room_some_are_pinned_and_it_is_said() -> None:
    flow = small_flow()
    z = flow.draw(MAX_PINS - 3, 0.7, torch.Generator().manual_seed(9))
    images = flow.decode(z)
    before = [Pin(f"p{i}", "tiny", z[i], None, images[i], {}) for i in range(len(z))]
    app = send(open_page("atlas.py", *before, map_of="Upload"), zipped())
    drawn(app, around(app, list(range(COUNT))))
    app.button(key="selection_pin").click().run()
    assert len(app.session_state[pinned.STATE].pins) == MAX_PINS
    assert any("no room for 9 more" in toast.value for toast in app.toast)


def test_one_press_opens_the_direction(tmp_path: Path, offered: Offered) -> None:
    app = opened(zipped())
    drawn(app, around(app, [2, 5, 7]))
    app.button(key="selection_direction").click().run()
    assert not app.exception
    assert app.title[0].value == "Directions"
    assert app.multiselect(key="directions").value == [SELECTION]
    assert app.slider(key=f"amount_{SELECTION}").value == 2.0
    assert "is the direction of what you selected" in captions(app)
    assert offered[-1][0]["way"]["moves"] == [[SELECTION, 2.0]]


def test_the_programs_of_a_selection_write_the_pages_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered
) -> None:
    app = opened(zipped())
    drawn(app, around(app, [2, 5, 7]))
    made, pixels = offered[-1]
    count = held(app)
    mean = pixels_of(figure(app, f"Decoded: mean of {count}")["source"])
    (tmp_path / "mine.zip").write_bytes(zipped())
    written = written_by(read_recipe({"atlas": Atlas}, made).python(), tmp_path, monkeypatch)
    assert np.array_equal(written["neighbours.png"], pixels)
    assert np.array_equal(written["mean.png"], mean[..., :3])

    app.button(key="selection_direction").click().run()
    _, direction = app.session_state["atlas_selection_direction"]
    (tmp_path / SELECTION_FILE).write_bytes(selection_bytes(direction))
    made, pixels = offered[-1]
    recipe = read_recipe({"directions": DirectionsView}, made)
    written = written_by(recipe.python(), tmp_path, monkeypatch)
    assert np.array_equal(written["directions.png"], pixels)


def test_the_table_has_a_line_for_each_and_no_formulas() -> None:
    flow = small_flow()
    images = random_pictures(12)
    files = tuple(f"=cats/{index}.png" for index in range(12))
    given = AtlasSet(images, None, ("a", "b") * 6, "x", files=files)
    atlas, points = encode_set(flow, given), torch.arange(24.0).reshape(12, 2)
    data = selection._csv(flow, atlas, points, torch.tensor([3, 7])).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    assert [row["number"] for row in rows] == ["4", "8"]
    assert rows[1]["file"] == "'=cats/7.png"
    assert (rows[1]["folder"], rows[1]["label"]) == ("'=cats", "b")
    assert float(rows[1]["bits_per_dim"]) == pytest.approx(float(atlas.bits_per_dim[7]), rel=1e-4)
    assert (rows[1]["across"], rows[1]["up"]) == ("14", "15")
    assert {"norm_ratio", "norm_ratio_level_3"} <= set(rows[0])


# Large maps


def test_of_a_large_map_the_pictures_in_sight_come_when_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known, "LARGE", 10)
    app = opened(zipped())
    shown = map_of(app)
    assert (shown["sheet"], shown["tiles"], shown["titles"]) == ("", None, [])
    assert [shown["words"][word] for word in shown["word"]] == ["cats"] * 7 + ["dogs"] * 7
    trigger(app, "atlas_map", "wanted", [9, 2])
    tiles = map_of(app)["tiles"]
    assert tiles["rows"] == [2, 9]
    pixels = pixels_of(tiles["source"], "RGB")
    first = random_pictures(COUNT)[4]  # the third of the cats
    assert np.array_equal(pixels[:, :8], first.permute(1, 2, 0).numpy())
    trigger(app, "atlas_map", "wanted", [0, 99])
    assert map_of(app)["tiles"]["rows"] == [2, 9]
