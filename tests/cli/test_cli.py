"""The command line as people and scripts meet it: exit codes, one line for what went wrong, results in place."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from smr_vision import __version__
from smr_vision.cli.main import main
from smr_vision.session import read_session
from smr_vision.store import Store
from tests.film import Film
from tests.report.sample import make_session, make_set, png, write_folder

SMR = (sys.executable, "-m", "smr_vision.cli")
STARTS_S = 0.35
SAMPLES = Path(__file__).parents[2] / "samples" / "videos"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A history of the test's own, and a terminal of known width."""
    return {**os.environ, "SMR_DATA": str(tmp_path / "data"), "COLUMNS": "100"}


class Smr:
    """Runs `smr` in a folder of its own: in this process, for what it says and does; `alone` in one of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = environment
        self.data = Path(environment["SMR_DATA"])

    def __call__(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        out, err = StringIO(), StringIO()
        mask = os.umask(0o077)
        os.umask(mask)
        try:
            with (
                chdir(self.folder),
                redirect_stdout(out),
                redirect_stderr(err),
                pytest.MonkeyPatch.context() as patch,
            ):
                patch.setattr(sys, "argv", ["smr", *map(str, arguments)])
                for name, value in self._environment.items():
                    patch.setenv(name, value)
                with pytest.raises(SystemExit) as end:
                    main()
        finally:
            os.umask(mask)  # the command line sets its own
        code = end.value.code or 0
        assert isinstance(code, int)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())

    def alone(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*SMR, *map(str, arguments)],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*SMR, *map(str, arguments)],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    @property
    def left(self) -> list[str]:
        """What lies in the results' folder."""
        return sorted(p.name for p in (self.folder / "smr-out").glob("*"))


@pytest.fixture
def smr(tmp_path: Path, environment: dict[str, str]) -> Iterator[Smr]:
    folder = tmp_path / "here"
    folder.mkdir()
    return Smr(folder, environment)


def the_line(run: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what went wrong."""
    assert "Traceback" not in run.stderr, run.stderr
    (line,) = [line for line in run.stderr.splitlines() if line.startswith("smr: ")]
    assert run.stderr.splitlines()[-1] == line
    return line


def test_version(smr: Smr) -> None:
    run = smr.alone("--version")
    assert (run.returncode, run.stdout.strip()) == (0, f"smr-vision {__version__}")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no account of children")
def test_help_comes_fast(smr: Smr) -> None:
    """Seconds of processor time, which other programs on a busy machine do not add to."""
    smr.alone("--help")  # compiles what is not yet compiled
    took = []
    for _ in range(3):
        before = os.times()
        assert smr.alone("--help").returncode == 0
        after = os.times()
        took.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(took) <= STARTS_S


def test_nothing_heavy_is_loaded_for_help() -> None:
    heavy = {"numpy", "cv2", "av", "mediapipe", "pydantic", "rich", "jinja2", "sqlite3", "multiprocessing"}
    code = "import sys, smr_vision.cli.main; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy & set(run.stdout.split()) == set()


COMMANDS = (
    "analyse", "analyze", "live", "report", "history", "forget", "batch", "doctor", "moves list", "moves show",
    "moves check", "moves schema",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example_that_names_it(smr: Smr, command: str) -> None:
    run = smr(*command.split(), "--help")
    assert run.returncode == 0
    named = command.replace("analyze", "analyse")
    _, _, examples = run.stdout.partition("Example")
    assert f"smr {named}" in examples


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyse",),
        ("analyse", "a.mp4", "--side", "up"),
        ("analyse", "a.mp4", "--workers", "0"),
        ("analyse", "a.mp4", "--start-at", "much"),
        ("dance",),
        ("forget",),
        ("report",),
        ("moves", "show"),
        ("analyse", "a.mp4", "--no-such"),
    ],
)
def test_wrong_usage_is_2(smr: Smr, arguments: tuple[str, ...]) -> None:
    run = smr(*arguments)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert not smr.left


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--workers", "0"), "'--workers': give 1 or more"),
        (("--start-at", "5"), "'--start-at': give 2 at most"),
        (("--start-at", "much"), "'--start-at': give a number"),
        (("--side", "both"), "'--side': 'both' is not one of"),
        (("--person", "x" * 121), "'--person': give 120 letters at most"),
    ],
)
def test_a_wrong_value_is_told_in_words_for_people(smr: Smr, arguments: tuple[str, ...], said: str) -> None:
    run = smr("analyse", "a.mp4", *arguments)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Input should" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--move", "squat"), "no such move. Choose auto or one of: calf, "),
        (("--move", "Thoracic"), "no such move. Did you mean thoracic? Choose"),
        (("--move", "calves"), "Did you mean calf?"),
        (("--move", "thoracic", "--side", "left"), "has no sides"),
        (("--model", "huge"), "Give lite, full or heavy"),
        (("--moves", "nowhere"), "nowhere holds no .toml file"),
    ],
)
def test_options_that_do_not_fit_are_one_line(smr: Smr, film: Film, arguments: tuple[str, ...], said: str) -> None:
    run = smr("analyse", film(), *arguments)
    assert run.returncode == 2
    assert said in the_line(run)
    assert not smr.left


def test_bad_input_is_one_line_and_leaves_nothing(smr: Smr) -> None:
    (smr.folder / "text.mp4").write_text("not a film\n" * 100)
    (smr.folder / "empty.mp4").touch()
    for name in ("missing.mp4", "text.mp4", "empty.mp4", "."):
        run = (smr.alone if name == "missing.mp4" else smr)("analyse", name)
        assert run.returncode == 3, run.stderr
        assert "." in the_line(run)
        assert not run.stdout
        assert not smr.left


def test_an_audio_file_holds_no_pictures(smr: Smr, tmp_path: Path) -> None:
    import wave

    with wave.open(str(tmp_path / "sound.wav"), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(16000))
    run = smr("analyse", tmp_path / "sound.wav")
    assert run.returncode == 3
    assert "sound.wav" in the_line(run)


@pytest.mark.model
def test_a_clip_without_a_person_is_4(smr: Smr, film: Film) -> None:
    run = smr.alone("analyse", film(times=12), "--model", "lite")
    assert run.returncode == 4, run.stderr
    assert "nobody to analyse" in the_line(run)
    assert not smr.left


@pytest.mark.model
def test_the_first_failure_gives_the_exit_code_and_stops_no_other(smr: Smr, film: Film) -> None:
    run = smr.alone("analyse", "missing.mp4", film(times=12), "gone.mp4", "--model", "lite", "--no-video")
    assert run.returncode == 3
    lines = [line for line in run.stderr.splitlines() if line.startswith("smr: ")]
    assert len(lines) == 3
    assert "nobody" in lines[1]


def cut(name: str, share: float, to: Path) -> Path:
    """The beginning of a sample clip, as a download that broke off leaves it: the index first, the pictures cut."""
    import av

    to.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(SAMPLES / name)) as source, av.open(str(to), "w", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    data = to.read_bytes()
    to.write_bytes(data[: int(share * len(data))])
    return to


@pytest.mark.model
@pytest.mark.slow
def test_a_clip_that_was_cut_off_is_analysed_as_far_as_it_goes(smr: Smr) -> None:
    clip = cut("thoracic_good.mp4", 0.4, smr.folder / "cut off.mp4")
    run = smr.alone("analyse", clip, "--model", "lite", "--no-video", "--person", "Ana")
    assert run.returncode == 0, run.stderr
    assert "cut off" in run.stdout.replace("cut off.mp4", "")
    session = read_session(smr.folder / "smr-out" / "cut off" / "session.json")
    assert not session.complete
    assert session.notes
    assert 0 < session.source.duration_s < 15
    assert json.loads(smr("history", "Ana", "--json").stdout)[0]["person"] == "Ana"
    assert "Forgot Ana: 1 session" in smr("forget", "Ana").stdout
    assert not smr.left


@pytest.mark.model
@pytest.mark.slow
def test_a_batch_of_real_clips(smr: Smr) -> None:
    cut("calf_good.mp4", 0.3, smr.folder / "clips" / "calf-left" / "roll.mp4")
    (smr.folder / "clips" / "text.mp4").write_text("not a film", encoding="utf-8")
    run = smr.alone("batch", "clips", "--model", "lite", "--no-video", "--workers", "2")
    assert run.returncode == 3, run.stderr
    assert "Traceback" not in run.stderr
    assert "1 clip analysed, 1 failed" in run.stdout
    session = read_session(smr.folder / "smr-out" / "calf-left" / "roll" / "session.json")
    assert {(s.move, s.side) for s in session.sets} <= {("calf", "left")}
    assert smr.left == ["calf-left", "index.html"]
    again = smr.alone("batch", "clips", "--model", "lite", "--no-video")
    assert "1 done before" in again.stdout


def test_a_folder_that_cannot_be_made_is_2(smr: Smr, film: Film) -> None:
    (smr.folder / "taken").touch()
    run = smr("analyse", film(), "--out", "taken/deeper")
    assert run.returncode == 2
    assert "--out" in the_line(run)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_2(smr: Smr, film: Film) -> None:
    locked = smr.folder / "locked"
    locked.mkdir(mode=0o500)
    run = smr("analyse", film(), "--out", locked)
    assert run.returncode == 2
    assert "can't be written" in the_line(run)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.model
def test_stopped_it_leaves_nothing_half_written(smr: Smr, film: Film, number: signal.Signals, code: int) -> None:
    started = smr.start("analyse", film(times=3000), "--model", "full")
    out = smr.folder / "smr-out"
    until = time.monotonic() + 60
    while not list(out.glob(".*.part")) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    started.send_signal(number)
    _, messages = started.communicate(timeout=30)
    assert started.returncode == code, messages
    assert "Traceback" not in messages
    assert list(out.iterdir()) == []


def test_report_goes_beside_the_session_or_where_it_is_told(smr: Smr) -> None:
    session = write_folder(smr.folder / "roll", make_session(make_set()))
    run = smr("report", session)
    assert (run.returncode, run.stdout.strip()) == (0, str(session.parent / "report.html"))
    run = smr("report", session.parent)  # its folder does as well
    assert (run.returncode, run.stdout.strip()) == (0, str(session.parent / "report.html"))
    (smr.folder / "note.txt").write_text("Well done, Ana!", encoding="utf-8")
    run = smr("report", session, "--out", "r.html", "--note", "note.txt", "--trainer", "Maja")
    assert run.returncode == 0
    assert "Well done, Ana!" in (smr.folder / "r.html").read_text(encoding="utf-8")


def test_two_sessions_are_compared(smr: Smr) -> None:
    first = write_folder(smr.folder / "a", make_session(make_set()))
    second = write_folder(smr.folder / "b", make_session(make_set(passes=9), recorded_at="2026-11-21T18:00:00+00:00"))
    run = smr("report", first, second)
    assert run.returncode == 0, run.stderr
    assert (first.parent / "comparison.html").is_file()


def test_the_kinds_of_reports_bear_a_brand_of_a_file(smr: Smr) -> None:
    session = write_folder(smr.folder / "roll", make_session(make_set()))
    (smr.folder / "logo.png").write_bytes(png(80, 40, (200, 30, 30)))
    (smr.folder / "brand.toml").write_text('name = "Praxis am Park"\ncolour = "#aa0055"\nlogo = "logo.png"\n')
    run = smr("report", session, "--kind", "page", "--brand", "brand.toml")
    assert run.returncode == 0, run.stderr
    page = (session.parent / "report.html").read_text(encoding="utf-8")
    assert '<div class="sheet">' in page
    assert "Praxis am Park" in page
    assert "#aa0055" in page
    assert '<img src="data:image/png' in page


def test_progress_is_held_against_the_first_session_kept(smr: Smr) -> None:
    moves = [("calf", "left"), ("thoracic", None), ("thoracic", None), ("thoracic", None)]
    smr.data.mkdir(exist_ok=True)
    with Store(smr.data / "history.sqlite") as store:
        for day, (move, side) in enumerate(moves):
            made = make_set(move, side, faulty=day < 3, passes=4 + day)
            session = make_session(made, person="Ana", recorded_at=f"2026-11-1{day}T18:05:00+00:00")
            path = write_folder(smr.folder / str(day), session)
            store.add_session(session, path.parent)
    (smr.folder / "1" / "session.json").unlink()  # its figures are kept, its files are gone
    run = smr("report", path, "--kind", "progress", "--dismiss", "hips_lifted")
    assert run.returncode == 2  # a fault that only the first one could have
    run = smr("report", path, "--kind", "progress", "--out", "p.html")
    assert run.returncode == 0, run.stderr
    page = (smr.folder / "p.html").read_text(encoding="utf-8")
    assert "3 sessions, 12 November 2026 to 13 November 2026" in page
    assert "<b>Faults</b>: 1 to 0" in page


def test_the_desk_s_brand_stands_on_reports(smr: Smr) -> None:
    session = write_folder(smr.folder / "roll", make_session(make_set()))
    run = smr("report", session, "--brand", "desk")
    assert (run.returncode, "smr desk" in the_line(run)) == (2, True)
    own = smr.data / "desk"
    own.mkdir(parents=True, exist_ok=True)
    (own / "settings.json").write_text('{"practice": "Praxis am Park", "footer": "By appointment"}')
    assert smr("report", session, "--brand", "desk").returncode == 0
    page = (session.parent / "report.html").read_text(encoding="utf-8")
    assert "Praxis am Park" in page
    assert "By appointment" in page


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("roll", "--brand", "gone.toml"), 3, "--brand"),
        (("roll", "--brand", "roll/session.json"), 3, "not TOML"),
        (("roll", "roll", "--kind", "page"), 2, "of one session"),
        (("roll", "--kind", "page", "--embed-clip"), 2, "full report"),
        (("roll", "--kind", "progress", "--out", "r.csv"), 2, "full report"),
        (("gone.json",), 3, "can't be read"),
        (("roll/session.json", "--note", "gone.txt"), 3, "--note"),
        (("roll/session.json", "--dismiss", "smile"), 2, "No fault is called smile"),
        (("roll/session.json", "--out", "r.docx"), 2, ".pdf"),
    ],
)
def test_report_says_what_is_wrong(smr: Smr, arguments: tuple[str, ...], code: int, said: str) -> None:
    write_folder(smr.folder / "roll", make_session(make_set()))
    run = smr("report", *arguments)
    assert run.returncode == code
    assert said in the_line(run)


def test_history_and_forget(smr: Smr) -> None:
    empty = smr("history")
    assert (empty.returncode, "No sessions" in empty.stdout) == (0, True)
    assert smr("history", "Ana").returncode == 3
    assert smr("forget", "Ana").returncode == 3
    assert json.loads(smr("history", "--json").stdout) == []


@pytest.mark.parametrize("command", ["moves schema", "moves list", "moves show calf", "history"])
def test_reader_that_goes_away_is_no_failure(smr: Smr, command: str) -> None:
    started = smr.start(*command.split())
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdout.close()
    with started.stderr as stderr:
        messages = stderr.read()
    assert started.wait(timeout=30) == 0, messages
    assert "Traceback" not in messages
