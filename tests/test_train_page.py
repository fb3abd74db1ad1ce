"""The page Train: what it starts, what it shows of a training, and what it refuses."""

import io
import json
import math
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from app_pages import figure, open_page
from filelock import FileLock
from flows import small_flow
from patience import PATIENCE, wait_until
from PIL import Image
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest

from explorer.jobs import jobs
from explorer.jobs.jobs import Job, JobError, JobSettings, list_jobs, waiting
from explorer.jobs.owner import Owner
from explorer.jobs.process import RUNNING
from explorer.ui.arrival import Arrival
from explorer.ui.card import plain
from explorer.ui.server.visitor_cookie import VISITOR
from explorer.ui.train import making
from explorer.ui.train.data import SHAPES, UPLOAD, Chosen, prepared
from explorer.ui.train.phases import duration
from explorer.ui.train.settings import Settings, job_settings
from realnvp.checkpoint import save
from realnvp.config import ModelConfig, TrainConfig
from realnvp.data import DataError, load_images
from realnvp.training.progress import MEASURING, PREPARING, SAVING, TRAINING, enter

SETTINGS = JobSettings(
    "shapes",
    ModelConfig(image_size=(8, 8), num_levels=2, width=8),
    TrainConfig(minutes=5.0, batch_size=32, learning_rate=0.004, validation=40),
)


ME, OTHER = "m" * 22, "o" * 22  # ids that browsers keep


@pytest.fixture(autouse=True)
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The cookies of whoever looks."""
    kept = {VISITOR: ME}
    monkeypatch.setattr("explorer.ui.visitor.cookies", lambda: kept)
    return kept


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model is made while the page waits, however long that takes."""
    monkeypatch.setattr(making, "SOON", PATIENCE)


@pytest.fixture(autouse=True)
def folder(checkpoints: Path, data_folder: Path) -> Path:
    """Where `data_folder` is."""
    return data_folder.parent


@pytest.fixture
def job(folder: Path) -> Path:
    """A training that was stopped after two reports; its folder."""
    made = folder / "data" / "training" / "20260101-000000-abcdef"
    (made / "samples").mkdir(parents=True)
    owner = asdict(Owner.of(ME, "Ada"))
    (made / "job.json").write_text(json.dumps(asdict(SETTINGS) | {"owner": owner}))
    note = {"share": 0.5, "step": 40, "seconds": 150, "train_bits_per_dim": 4.25}
    (made / "progress.jsonl").write_text(json.dumps(note | {"images_per_second": 90}) + "\n")
    report = {"seconds": 60, "validation_bits_per_dim": 4.5}
    (made / "log.jsonl").write_text(json.dumps(report) + "\n")
    for step, colour in ((20, "red"), (40, "blue")):
        Image.new("RGB", (16, 16), colour).save(made / "samples" / f"{step:07d}.png")
    save(small_flow(), made / "best")
    return made


@pytest.fixture
def running(job: Path) -> Iterator[Path]:
    """That training, as long as somebody holds its lock."""
    with FileLock(job / RUNNING):
        yield job


@pytest.fixture
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is started ends at once."""
    monkeypatch.setattr(jobs, "spawn", lambda *_: SimpleNamespace(poll=lambda: 0))


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def test_on_arrival_it_offers_a_start() -> None:
    app = open_page("train.py")
    assert not app.exception
    assert app.button("training_start").label == "Start"
    assert app.selectbox("training_set").options == [SHAPES, UPLOAD]


def test_start_hands_over_what_was_chosen(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    ran: list[list[str]] = []

    def spawn(folder: Path, words: list[str]) -> SimpleNamespace:
        ran.append(words)
        return SimpleNamespace(poll=lambda: 0)

    monkeypatch.setattr(jobs, "spawn", spawn)
    app = open_page("train.py")
    app.slider("minutes").set_value(7.0)
    app.toggle("inverse_penalty").set_value(True)
    app.button("training_start").click().run()
    assert not app.exception
    (job,) = list_jobs(folder / "data" / "training")
    model = ModelConfig(image_size=(16, 16), num_levels=2, width=8)
    train = TrainConfig(
        minutes=7.0,
        batch_size=32,
        learning_rate=0.016,
        optimizer="soap",  # makes most of minutes
        inverse_penalty=5.0,
        validation=400,
    )
    assert job.settings == JobSettings("shapes", model, train)
    assert train.bf16 is None  # the trainer takes what is faster
    assert ran[0][0] == "train"
    assert ran[0][ran[0].index("--minutes") + 1] == "7"
    assert ran[0][ran[0].index("--inverse-penalty") + 1] == "5"
    assert [path.name for path in (folder / "data").glob("*.npz")] == []


@pytest.mark.usefixtures("_no_process")
def test_what_was_started_is_what_is_shown(job: Path, folder: Path) -> None:
    app = open_page("train.py")
    assert app.selectbox("training").value == job.name
    app.button("training_start").click().run()
    assert not app.exception
    newest = list_jobs(folder / "data" / "training")[0]
    assert newest.id != job.name
    assert app.selectbox("training").value == newest.id
    assert app.success[0].value == "shapes started, for 5 min."


@pytest.mark.usefixtures("running")
def test_a_start_while_another_one_trains_waits_and_says_so_until_something_else_is_done(
    folder: Path,
) -> None:
    app = open_page("train.py")
    app.text_input("training_owner").set_value("Grace").run()
    app.button("training_start").click().run()
    assert not app.exception
    (waits,) = waiting(folder / "data" / "training")
    for _ in range(3):  # as the page does by itself every two seconds
        assert app.success[0].value == "shapes waits for its turn, for 5 min."
        assert "shapes, 16 × 16: waiting" in app.get("progress")[0].proto.text
        place = next(line.value for line in app.markdown if line.value.startswith("**Waiting**"))
        assert "place 1 of 1 in the queue" in place
        assert "after shapes of Ada: 2 min 30 s of training before it" in place
        assert any("Started by Grace (you) on" in caption.value for caption in app.caption)
        app.run()
    press(app, "Take out")
    assert "out of the queue" in app.info[0].value
    assert not waits.is_waiting
    press(app, "Resume")
    assert waits.is_waiting
    assert "It waits for its turn" in app.success[0].value
    press(app, "Remove")
    assert not waits.folder.exists()


def test_a_name_is_shown_as_it_stands_and_in_one_line(job: Path) -> None:
    about = json.loads((job / "job.json").read_text())
    about["owner"]["name"] = "**A**\n# B"
    (job / "job.json").write_text(json.dumps(about))
    app = open_page("train.py")
    assert any(r"Started by \*\*A\*\* \# B (you)" in caption.value for caption in app.caption)


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


@pytest.mark.parametrize(("label", "answer"), [("Stop", "Stop it"), ("Remove", "Remove it")])
def test_anybody_else_is_asked_before_they_end_a_training(
    label: str,
    answer: str,
    job: Path,
    browser: dict[str, str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if label == "Stop":
        request.getfixturevalue("running")
    done: list[str] = []
    for name in ("stop", "remove"):
        monkeypatch.setattr(f"explorer.ui.train.watch.{name}", lambda job: done.append(job.id))
    browser[VISITOR] = OTHER
    app = press(open_page("train.py"), label)
    for _ in range(2):
        assert done == []
        assert any(m.value.startswith("This is **Ada's** training") for m in app.markdown)
        app.run()
    press(app, "Leave it")
    assert answer not in buttons(app)
    assert done == []
    press(press(app, label), answer)
    assert done == [job.name]
    assert answer not in buttons(app)

    browser[VISITOR] = ME  # whose it is
    press(open_page("train.py"), label)
    assert done == [job.name] * 2


def test_who_waits_is_taken_out_by_others_after_a_question_alone(
    running: Path, folder: Path, browser: dict[str, str]
) -> None:
    app = open_page("train.py")
    app.button("training_start").click().run()
    (waits,) = waiting(folder / "data" / "training")
    browser[VISITOR] = OTHER
    app = press(open_page("train.py"), "Take out")
    assert waits.is_waiting
    assert any(
        m.value.startswith("This is **a visitor's** training, started on") for m in app.markdown
    )
    press(app, "Take it out")
    assert not waits.is_waiting


def test_without_a_cookie_it_is_the_session_s(
    folder: Path, browser: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "spawn", lambda *_: SimpleNamespace(poll=lambda: 0))
    browser.clear()
    app = open_page("train.py")
    app.button("training_start").click().run()
    (job,) = list_jobs(folder / "data" / "training")
    browser[VISITOR] = "é; nothing of ours"
    assert "Remove it" in buttons(press(open_page("train.py"), "Remove"))
    browser.clear()
    press(app, "Remove")
    assert not job.folder.exists()


@pytest.mark.parametrize(
    ("label", "kind", "told"),
    [
        ("Use as a model", "success", "is in use on every page now"),
        ("Resume", "success", "It goes on"),
        ("Remove", "success", "is removed"),
    ],
)
@pytest.mark.usefixtures("job", "_no_process", "own_models")
def test_what_a_button_did_is_said_until_something_else_is_done(
    label: str, kind: str, told: str
) -> None:
    app = press(open_page("train.py"), label)
    for _ in range(3):
        assert told in getattr(app, kind)[0].value
        app.run()


def test_a_stop_is_said_until_something_else_is_done(
    running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("explorer.ui.train.watch.stop", lambda job: asked.append(job.id))
    app = press(open_page("train.py"), "Stop")
    assert asked == [running.name]
    for _ in range(3):
        assert "It will stop" in app.info[0].value
        app.run()


@pytest.mark.parametrize(
    ("phase", "told"),
    [
        (PREPARING, "**Preparing**: the trainer starts and reads the pictures; then 2 min 30 s of"),
        (TRAINING, "**Training**: 2 min 30 s left"),
        (MEASURING, "**Measuring** on pictures held out, and drawing samples; then 2 min 30 s of"),
        (SAVING, "**Writing** the weights and their card"),
    ],
)
def test_a_training_says_what_it_is_at_and_how_long_it_goes_on(
    phase: str, told: str, running: Path
) -> None:
    enter(running, phase)
    app = open_page("train.py")
    assert not app.exception
    assert any(line.value.startswith(told) for line in app.markdown)


def test_at_its_end_nothing_is_said_to_follow_the_measuring(running: Path) -> None:
    note = {"share": 1, "step": 80, "seconds": 300.1, "train_bits_per_dim": 4}
    (running / "progress.jsonl").write_text(json.dumps(note | {"images_per_second": 90}) + "\n")
    enter(running, MEASURING)
    app = open_page("train.py")
    assert any(line.value.endswith("and drawing samples.") for line in app.markdown)


def test_what_has_stopped_is_at_nothing(job: Path) -> None:
    enter(job, TRAINING)
    app = open_page("train.py")
    assert not any("**Training**" in line.value for line in app.markdown)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (40.4, "40 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (180, "3 min"),
        (1499, "25 min"),
    ],
)
def test_a_duration_is_short(seconds: float, told: str) -> None:
    assert duration(seconds) == told


def test_it_shows_progress_curves_and_samples(job: Path) -> None:
    app = open_page("train.py")
    assert not app.exception
    assert "stopped, step 40, 4.250 bits/dim" in app.get("progress")[0].proto.text
    told = "training batches from 4.250 to 4.250, held out from 4.500 to 4.500"
    assert told in app.get("plotly_chart")[0].proto.alt
    newest = figure(app, "after 40 steps")["source"]
    app.select_slider[-1].set_value(20).run()
    assert figure(app, "after 20 steps")["source"] != newest


@pytest.mark.parametrize(
    ("error", "told"), [(3.11e-5, "3.2e-5 in logits at most"), (math.inf, "bytes are lost")]
)
def test_it_tells_how_out_of_distribution_pictures_come_back(
    error: float, told: str, job: Path
) -> None:
    report = {"seconds": 150, "validation_bits_per_dim": 4.2, "round_trip_logits": error}
    with (job / "log.jsonl").open("a") as log:
        log.write(json.dumps(report) + "\n")
    app = open_page("train.py")
    assert not app.exception
    assert any(told in caption.value for caption in app.caption)


def test_a_training_can_be_used_as_a_model(job: Path, own_models: Path) -> None:
    app = open_page("train.py")
    next(button for button in app.button if button.label == "Use as a model").click().run()
    assert not app.exception
    name = f"trained-mine-{job.name[-4:]}"
    assert app.session_state["checkpoint"] == name
    assert (own_models / name / "config.json").is_file()


def test_a_model_that_takes_longer_is_made_while_the_page_goes_on(
    job: Path, own_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, real = threading.Event(), making.publish

    def slow(job: Job, name: str, progress: Callable[[float], object]) -> str:
        progress(0.25)
        assert go_on.wait(PATIENCE)
        return real(job, name, progress)

    monkeypatch.setattr(making, "publish", slow)
    monkeypatch.setattr(making, "SOON", 0)
    app = press(open_page("train.py"), "Use as a model")
    try:
        wait_until(lambda: making.share_of(list_jobs(job.parent)[0]) == 0.25)
        app.run()
        assert app.get("progress")[1].proto.value == 25
        assert "Making a model" in app.get("progress")[1].proto.text
        (button,) = [button for button in app.button if button.label == "Use as a model"]
        assert button.disabled
        assert app.session_state["checkpoint"] == "tiny"
        other = open_page("train.py")  # sees how far it is as well
        assert "Making a model" in other.get("progress")[1].proto.text
    finally:
        go_on.set()
    name = f"trained-mine-{job.name[-4:]}"
    wait_until((own_models / name / "config.json").is_file)
    wait_until(making._makings[job.name].done.done)
    app.run()
    assert not app.exception
    assert app.session_state["checkpoint"] == name
    assert f"{plain(name)} is in use" in app.success[0].value
    other.run()
    assert other.session_state["checkpoint"] == "tiny"


def test_what_fails_while_the_page_goes_on_is_said(
    job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(job: Job, name: str, progress: object) -> str:
        raise JobError("It cannot be.")

    monkeypatch.setattr(making, "publish", failing)
    monkeypatch.setattr(making, "SOON", 0)
    app = press(open_page("train.py"), "Use as a model")
    wait_until(lambda: job.name not in making._makings or making._makings[job.name].done.done())
    app.run()
    assert app.warning[0].value == "It cannot be."
    assert app.session_state["checkpoint"] == "tiny"


def test_a_name_of_somebody_else_s_model_is_refused_in_one_line(
    job: Path, own_models: Path
) -> None:
    save(small_flow(), own_models / f"trained-mine-{job.name[-4:]}")
    app = open_page("train.py")
    next(button for button in app.button if button.label == "Use as a model").click().run()
    assert not app.exception
    assert app.warning[0].value == "Another model has this name; choose another one."


def test_a_name_that_will_not_do_is_refused_in_one_line(job: Path) -> None:
    app = open_page("train.py")
    app.text_input(f"published_name_{job.name}").set_value("../x").run()
    next(button for button in app.button if button.label == "Use as a model").click().run()
    assert "small letters" in app.warning[0].value
    assert app.session_state["checkpoint"] == "tiny"


def test_a_training_can_be_removed(job: Path) -> None:
    app = open_page("train.py")
    next(button for button in app.button if button.label == "Remove").click().run()
    assert not app.exception
    assert not job.exists()


def test_without_a_data_folder_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REALNVP_DATA", "off")
    app = open_page("train.py")
    assert not app.exception
    assert "keeps no data" in app.info[0].value


def test_a_folder_that_cannot_be_written_is_one_line(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "file").touch()
    monkeypatch.setenv("REALNVP_DATA", str(folder / "file"))
    app = open_page("train.py")
    app.button("training_start").click().run()
    assert not app.exception
    assert "cannot be written" in app.warning[0].value


@pytest.mark.usefixtures("_no_process")
def test_a_press_is_done_once_though_another_request_overtakes_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [0, 0]  # of the browser, while it is being done

    def overtaken(name: str, side: int, sent: bytes | None) -> Chosen:
        if requests:
            requests.pop()
            raise RerunException(RerunData())
        return prepared(name, side, sent)

    app = open_page("train.py")
    monkeypatch.setattr("explorer.ui.train.starting.prepared", overtaken)
    press(app, "Start")
    while requests:
        assert not list_jobs(folder / "data" / "training")
        app.run()
    app.run()
    (job,) = list_jobs(folder / "data" / "training")
    assert [note.value for note in app.success] == ["shapes started, for 5 min."]
    app.run()
    assert [job.id for job in list_jobs(folder / "data" / "training")] == [job.id]


def test_a_press_waits_for_a_file_that_is_on_its_way(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrivals = [Arrival(None, is_missing=True, is_on_its_way=True), Arrival(None)]
    monkeypatch.setattr("explorer.ui.train.data.file_arrival", lambda *_: arrivals[0])
    app = open_page("train.py")
    app.selectbox("training_set").select(UPLOAD).run()
    press(app, "Start")
    assert not app.warning
    arrivals.reverse()  # it was not taken
    app.run()
    assert [note.value for note in app.warning] == [plain("upload: no file yet")]
    app.run()
    assert [note.value for note in app.warning] == [plain("upload: no file yet")]


def test_what_no_one_has_thought_of_fails_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, side: int, sent: bytes | None) -> Chosen:
        raise RuntimeError("as no file ever did")

    app = open_page("train.py")
    monkeypatch.setattr("explorer.ui.train.starting.prepared", fail)
    app.button("training_start").click().run()
    assert app.exception
    assert not app.run().exception


@pytest.mark.parametrize("sent", [None, b"", b"PK\x03\x04train.npy", b"x" * 1000])
def test_an_upload_that_will_not_do_is_one_line_and_leaves_nothing(
    sent: bytes | None, folder: Path
) -> None:
    with pytest.raises(DataError) as error:
        prepared(UPLOAD, 16, sent)
    assert "\n" not in str(error.value)
    assert str(folder) not in str(error.value)
    assert list((folder / "data").glob("*")) == []


def test_an_upload_shows_how_far_it_is_and_a_visitor_who_leaves_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[float] = []

    class Left(BaseException):
        """As Streamlit ends a script."""

    class Bar:
        def progress(self, share: float, text: str) -> None:
            shown.append(share)
            if share >= 0.5:
                raise Left

        def empty(self) -> None:
            shown.append(-1)

    monkeypatch.setattr("explorer.ui.train.data.st.progress", lambda share, text: Bar())
    pictures = io.BytesIO()
    with zipfile.ZipFile(pictures, "w") as archive:
        for name in range(4):
            one = io.BytesIO()
            Image.new("RGB", (20, 20), (name, 0, 0)).save(one, "PNG")
            archive.writestr(f"{name}.png", one.getvalue())
    with pytest.raises(Left):
        prepared(UPLOAD, 16, pictures.getvalue())
    assert shown == [0, 0.25, 0.5, -1]
    assert list((folder / "data").glob("*")) == []


def zipped(bad: int, good: int = 130) -> bytes:
    """Pictures in two folders, some of them cut off."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for place in range(good + bad):
            one = io.BytesIO()
            Image.new("RGB", (20, 18), (place, 0, 0)).save(one, "PNG")
            content = one.getvalue()[: 40 if place < bad else None]
            archive.writestr(f"{'ab'[place % 2]}/{place:03}.png", content)
    return buffer.getvalue()


def test_what_an_upload_loses_is_said_as_long_as_there_is_the_training(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(jobs, "spawn", lambda *_: SimpleNamespace(poll=lambda: 0))
    chosen = prepared(UPLOAD, 16, zipped(bad=3))
    root = folder / "data" / "training"
    job = jobs.start(root, job_settings(chosen, Settings(1.0, 8, 0.004, False)), chosen.path)
    app = open_page("train.py")
    assert not app.exception
    labels = [expander.label.replace("\\", "") for expander in app.expander]
    assert any("3 of 133 files left out: 3 × The file is cut off" in label for label in labels)
    told = " ".join(text.value for text in app.markdown).replace("\\", "")
    for name in ("a/000.png", "b/001.png", "a/002.png"):
        assert name in told
    assert "Labels (a, b) are kept" in told
    stored = load_images(job.folder / "data.npz")
    assert len(stored.left_out) == 3
    assert stored.label_names == ("a", "b")


def test_too_few_pictures_are_refused_with_what_was_left_out() -> None:
    with pytest.raises(DataError) as error:
        prepared(UPLOAD, 16, zipped(bad=120, good=13))
    assert "12 pictures to train on; expected 100 at least" in str(error.value)
    assert "120 of 133 files left out" in str(error.value)


@pytest.mark.parametrize(("share", "alpha"), [(0.3, 0.001), (0.2, 0.05)])
def test_pictures_with_much_black_get_a_smaller_margin(share: float, alpha: float) -> None:
    images = np.full((120, 16, 16, 3), 200, dtype=np.uint8)
    images[: round(120 * share)] = 0
    file = io.BytesIO()
    np.savez(file, train=images, test=images)
    chosen = prepared(UPLOAD, 16, file.getvalue())
    assert job_settings(chosen, Settings(1.0, 8, 0.004, False)).model.alpha == alpha


def test_grey_pictures_get_a_grey_model() -> None:
    file = io.BytesIO()
    np.savez(file, train=np.zeros((120, 16, 16), np.uint8), test=np.zeros((9, 16, 16), np.uint8))
    chosen = prepared(UPLOAD, 16, file.getvalue())
    assert job_settings(chosen, Settings(1.0, 8, 0.004, False)).model.channels == 1


@pytest.mark.parametrize("images", [100, 5000])
def test_a_part_is_held_out_and_a_batch_is_left(images: int) -> None:
    chosen = Chosen("a set", Path("set.npz"), 16, 3, images, 0.05)
    train = job_settings(chosen, Settings(1.0, 8, 0.004, False)).train
    assert 0 < train.validation <= 500
    assert 2 <= train.batch_size <= images - train.validation


def test_a_set_is_chosen_by_a_name_that_was_offered(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "sets").mkdir()
    monkeypatch.setenv("REALNVP_SETS", str(folder / "sets"))
    with pytest.raises(DataError, match="no longer here"):
        prepared("../../etc/passwd", 16, None)
