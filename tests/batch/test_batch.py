"""Many clips: what they are taken for, one bad one, a batch that was killed, and the same on a cluster."""

import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from smr_vision.analysis import Outcome, Request
from smr_vision.batch import Done, Job, JobOptions, find_jobs, run_batch
from smr_vision.batch.cluster import _name_source, on_cluster, unpacked, work_far
from smr_vision.batch.finished import MARK, SCRATCH, finished, hand_in
from smr_vision.batch.one_job import work, work_or_say
from smr_vision.batch.pool import on_processes
from smr_vision.batch.run import run_jobs
from smr_vision.cli.main import app
from smr_vision.errors import InputError, SmrError, UsageError
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.runtime.progress import Progress
from smr_vision.session import Source, read_session
from smr_vision.store import Store
from tests.report.sample import make_session, make_set, write_folder

OPTIONS = JobOptions(PipelineOptions(load_moves()))


def pretend(request: Request, progress: Progress | None) -> Outcome:
    """Stands in for the analysis: the clip's text says what happens."""
    text = request.clip.read_text(encoding="utf-8")
    if progress is not None:
        progress(0.1, 1.0)
    if text == "bad":
        raise InputError(f"{request.clip.name}: not a clip.")
    if text == "bug":
        raise ZeroDivisionError
    if text == "deadly":
        os._exit(9)
    if text == "slow":
        for _ in range(6000):
            time.sleep(0.05)
            if progress is not None:
                progress(0.2, 1.0)
    move = request.options.move or "thoracic"
    sided = request.options.moves[move].sided
    source = Source(path=str(request.clip), width=4, height=4, duration_s=9, frames=9)
    session = make_session(
        make_set(move, request.options.side or ("left" if sided else None)),
        source=source,
        person=request.person,
    )
    folder = request.out / request.clip.stem
    write_folder(folder, session, series=False, pictures=False)
    (folder / "report.html").write_text("<p>report", encoding="utf-8")
    return Outcome(session, folder)


def pretended(jobs: list[Job], out: Path, *, workers: int, cluster: str | None) -> Iterator[Done]:
    """`run_jobs` with the pretended analysis; with no workers, in this very process."""
    there = finished(out)
    yield from (Done(job, there[job.fingerprint], again=True) for job in jobs if job.fingerprint in there)
    todo = [job for job in jobs if job.fingerprint not in there]
    if cluster is not None:
        yield from on_cluster(todo, out, cluster, pretend)
    elif not workers:
        yield from (work_or_say(job, out, analysing=pretend) for job in todo)
    else:
        yield from on_processes(todo, out, workers, pretend)


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """A folder of made-up clips."""
    folder = tmp_path / "clips"
    for name, text in {
        "one.mp4": "good",
        "calf/two.mov": "good",
        "calf/left/three.MP4": "good",
        "Glute-Right/four.mp4": "good",
        "upper back/five.mkv": "good",
        "notes.txt": "good",
        ".hidden.mp4": "good",
        "old/session.json": "{}",
        "old/annotated.mp4": "good",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def taken_for(jobs: list[Job]) -> dict[str, tuple[str | None, str | None]]:
    return {Path(job.name).as_posix(): (job.pipeline_options.move, job.pipeline_options.side) for job in jobs}


def test_moves_by_the_names_of_folders(clips: Path) -> None:
    assert taken_for(find_jobs(clips, OPTIONS)) == {
        "one.mp4": (None, None),
        "calf/two.mov": ("calf", None),
        "calf/left/three.MP4": ("calf", "left"),
        "Glute-Right/four.mp4": ("glute", "right"),
        "upper back/five.mkv": (None, None),
    }


def test_what_the_options_name_comes_before_the_folders(clips: Path) -> None:
    named = replace(OPTIONS, pipeline_options=PipelineOptions(load_moves(), "thoracic"))
    assert set(taken_for(find_jobs(clips, named)).values()) == {("thoracic", None)}


def test_results_are_no_clips(clips: Path) -> None:
    (clips / "smr-out" / "one").mkdir(parents=True)
    (clips / "smr-out" / "one.mp4").write_text("not a clip", encoding="utf-8")
    assert len(find_jobs(clips, OPTIONS, out=clips / "smr-out")) == 5


def test_a_table_says_which_clips_and_what_they_are(clips: Path, tmp_path: Path) -> None:
    table = tmp_path / "clips.csv"
    table.write_text("\ufeffClip, move,side,person\none.mp4,calf,left,Ana\ncalf/two.mov,,,\n", encoding="utf-8")
    jobs = find_jobs(clips, replace(OPTIONS, person="Maja"), table=table)
    assert taken_for(jobs) == {"one.mp4": ("calf", "left"), "calf/two.mov": (None, None)}
    assert [job.options.person for job in jobs] == ["Ana", "Maja"]


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("clip,move\ngone.mp4,calf\n", InputError, "line 2: clip 'gone.mp4'"),
        ("clip,move\none.mp4,squat\n", UsageError, "line 2: move 'squat'"),
        ("clip,side\none.mp4,up\n", UsageError, "line 2: side 'up'"),
        ("film,move\none.mp4,calf\n", UsageError, "clip,move,side,person"),
        ("clip,tempo\none.mp4,calf\n", UsageError, "clip,move,side,person"),
        ("", UsageError, "first line"),
    ],
)
def test_a_wrong_table_is_named_with_its_line(
    clips: Path, tmp_path: Path, text: str, kind: type[SmrError], said: str
) -> None:
    table = tmp_path / "clips.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(kind, match=said):
        find_jobs(clips, OPTIONS, table=table)


def test_a_row_that_cannot_be_used_is_told_with_its_line_and_the_rest_goes_on(clips: Path, tmp_path: Path) -> None:
    table = tmp_path / "clips.csv"
    rows = (
        "gone.mp4,,,", "one.mp4,calf,left,Ana", "one.mp4,squat,,", "one.mp4,calf,up,", "one.mp4,thoracic,left,",
        "one.mp4,calf,left,Ana,Ben", f"{'x' * 5000},,,", ",calf,,", "calf/two.mov,,,", f"{'y' * 200_000},,,", "..,,,",
        "one.mp4,calf,right,",
    )  # fmt: skip
    table.write_text("\n".join(["clip,move,side,person", *rows]) + "\n", encoding="utf-8")
    told: list[SmrError] = []
    jobs = find_jobs(clips, OPTIONS, table=table, refused=told.append)
    assert [(job.name, job.pipeline_options.side) for job in jobs] == [
        ("one.mp4", "left"), ("calf/two.mov", None), ("one.mp4", "right"),
    ]  # fmt: skip
    lines = [int(str(error).split("line ")[1].split(":")[0]) for error in told]
    assert lines == [2, 4, 5, 6, 7, 8, 9, 11, 12]
    assert all(len(str(error)) < 400 and "\n" not in str(error) for error in told)
    assert told[0].exit_code == 3


def test_a_batch_says_which_rows_it_left_out_and_its_exit_code_does(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def running(jobs: list[Job], *_: object, **__: object) -> int:
        done.extend(job.name for job in jobs)
        return 0

    monkeypatch.setattr("smr_vision.batch.run_batch", running)
    table = tmp_path / "clips.csv"
    table.write_text("clip,move\none.mp4,squat\ncalf/two.mov,\ngone.mp4,\n", encoding="utf-8")
    ended = CliRunner().invoke(app, ["batch", str(clips), "--csv", str(table), "--out", str(tmp_path / "out")])
    assert ended.exit_code == 2  # that of the first
    assert done == ["calf/two.mov"]
    said = ended.stderr.splitlines()
    assert ["line 2: move 'squat'" in said[0], "line 4: clip 'gone.mp4'" in said[1], len(said)] == [True, True, 2]
    table.write_text("clip\ngone.mp4\n", encoding="utf-8")
    ended = CliRunner().invoke(app, ["batch", str(clips), "--csv", str(table), "--out", str(tmp_path / "out")])
    assert (ended.exit_code, len(ended.stderr.splitlines()), done) == (3, 1, ["calf/two.mov"])


def test_a_link_to_nothing_and_a_locked_folder_cost_no_other_clip(clips: Path) -> None:
    (clips / "calf" / "gone.mp4").symlink_to(clips / "nowhere.mp4")
    told: list[SmrError] = []
    assert len(find_jobs(clips, OPTIONS, refused=told.append)) == 5
    (error,) = told
    assert "gone.mp4: can't be read" in str(error)
    with pytest.raises(InputError, match="gone.mp4"):
        find_jobs(clips, OPTIONS)


def test_a_worker_without_room_says_so(clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    job = find_jobs(clips, OPTIONS)[0]
    monkeypatch.setattr(Path, "write_bytes", full)
    answer = work_far(job, b"a clip", pretend)
    assert answer.exit_code == 5
    assert "the disk is full" in (answer.error or "")


def test_the_trainers_own_moves_come_along_to_the_report_of_a_clip_that_was_sent(clips: Path, tmp_path: Path) -> None:
    own = load_moves()["thoracic"].model_copy(update={"id": "own_roll", "title": "Our own roll"})
    job = find_jobs(clips, replace(OPTIONS, pipeline_options=PipelineOptions({"own_roll": own}, "own_roll")))[0]
    one = make_set().model_copy(update={"move": "own_roll"})
    folder = write_folder(tmp_path / "far", make_session(one), series=False, pictures=False).parent
    _name_source(folder, job)
    assert "Our own roll" in (folder / "report.html").read_text(encoding="utf-8")
    assert read_session(folder / "session.json").source.path == str(job.clip)


def test_an_endless_table_is_refused(clips: Path, tmp_path: Path) -> None:
    table = tmp_path / "clips.csv"
    table.write_bytes(b"clip\n" + b"one.mp4\n" * 1_300_000)
    with pytest.raises(InputError, match="larger than"):
        find_jobs(clips, OPTIONS, table=table)


def test_no_clip_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no clip"):
        find_jobs(tmp_path, OPTIONS)
    with pytest.raises(InputError, match="is no folder"):
        find_jobs(tmp_path / "gone", OPTIONS)


def test_the_fingerprint_tells_everything_apart_that_matters(clips: Path) -> None:
    def of(options: JobOptions) -> str:
        return next(j.fingerprint for j in find_jobs(clips, options) if j.name == "one.mp4")

    first = of(OPTIONS)
    others = [
        of(replace(OPTIONS, model="lite")),
        of(replace(OPTIONS, video=False)),
        of(replace(OPTIONS, person="Ana")),
        of(replace(OPTIONS, pipeline_options=PipelineOptions(load_moves(), strictness="strict"))),
        of(replace(OPTIONS, pipeline_options=PipelineOptions({**load_moves(), "own": load_moves()["calf"]}))),
    ]
    os.utime(clips / "one.mp4", (1, 1))
    others.append(of(OPTIONS))
    assert len({first, *others}) == 7


def run(clips: Path, out: Path, *, workers: int = 0, person: str | None = None, **options: str | bool) -> int:
    jobs = find_jobs(clips, replace(OPTIONS, person=person), out=out)
    return run_batch(jobs, out, workers=workers, running=pretended, **options)  # type: ignore[arg-type]


def test_bad_clips_stop_no_other(clips: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (clips / "a bad.mp4").write_text("bad", encoding="utf-8")
    (clips / "b bug.mp4").write_text("bug", encoding="utf-8")
    (clips / "c deadly.mp4").write_text("deadly", encoding="utf-8")
    out = tmp_path / "out"
    assert run(clips, out, workers=2) == 3, "that of the first clip that failed"
    text, messages = capfd.readouterr()
    assert "5 clips analysed, 3 failed" in text
    assert "smr: a bad.mp4: not a clip." in messages
    assert "smr: b bug.mp4: a bug in smr (ZeroDivisionError)" in messages
    assert "smr: c deadly.mp4: its process died" in messages
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob("session.json")) == [
        "Glute-Right/four/session.json",
        "calf/left/three/session.json",
        "calf/two/session.json",
        "one/session.json",
        "upper back/five/session.json",
    ]
    assert not (out / SCRATCH).exists()
    page = (out / "index.html").read_text(encoding="utf-8")
    assert 'href="upper%20back/five/report.html"' in page
    assert "its process died" in page


def test_what_is_done_is_not_done_again(clips: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(clips, out) == 0
    before = {p: p.stat().st_mtime_ns for p in out.rglob("session.json")}
    (clips / "one.mp4").write_text("good, and other than before", encoding="utf-8")
    assert run(clips, out) == 0
    assert "5 clips analysed, 0 failed, 4 done before" in capfd.readouterr().out
    after = {p: p.stat().st_mtime_ns for p in out.rglob("session.json")}
    assert set(after) - set(before) == {out / "one-2" / "session.json"}
    assert before.items() <= after.items()


def test_what_a_process_did_is_told_by_the_job_it_was_given(clips: Path, tmp_path: Path) -> None:
    """What comes back from a process is a copy, with moves of its own: of thousands of clips, a gigabyte of moves."""
    jobs = find_jobs(clips, OPTIONS)
    told = [done.job for done in on_processes(jobs, tmp_path / "out", 2, pretend)]
    assert {id(job) for job in told} == {id(job) for job in jobs}


def test_json_has_a_line_a_clip(clips: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (clips / "a bad.mp4").write_text("bad", encoding="utf-8")
    run(clips, tmp_path / "out", as_json=True)
    records = list(map(json.loads, capfd.readouterr().out.splitlines()))
    (failed,) = [record for record in records if "error" in record]
    assert (failed["clip"], failed["exit_code"]) == (str((clips / "a bad.mp4").resolve()), 3)
    assert "not a clip" in failed["error"]
    others = [record for record in records if record is not failed]
    assert [record["schema"] for record in others] == ["smr-session/1"] * 5
    assert all((Path(record["folder"]) / "session.json").is_file() for record in others)


def test_persons_go_into_the_history_once(clips: Path, tmp_path: Path) -> None:
    db = str(tmp_path / "history.sqlite")
    run(clips, tmp_path / "out", person="Ana", db=db)
    run(clips, tmp_path / "out", person="Ana", db=db)
    with Store(db) as store:
        assert [person.name for person in store.people()] == ["Ana"]
        entries = store.entries("Ana")
    assert len(entries) == 5
    assert all(entry.folder is not None and (entry.folder / "session.json").is_file() for entry in entries)


def test_the_same_job_done_twice_is_there_once(clips: Path, tmp_path: Path) -> None:
    job = find_jobs(clips, OPTIONS)[-1]
    out = tmp_path / "out"
    first = work(job, out, analysing=pretend)
    assert work(job, out, analysing=pretend) == first
    assert list(finished(out).values()) == [first]
    other = replace(job, fingerprint="another")
    assert work(other, out, analysing=pretend).name == f"{first.name}-2"


def test_a_result_appears_whole(clips: Path, tmp_path: Path) -> None:
    job = find_jobs(clips, OPTIONS)[0]
    (tmp_path / "part" / "roll").mkdir(parents=True)
    (tmp_path / "part" / "roll" / MARK).write_text(json.dumps({"fingerprint": job.fingerprint}), encoding="utf-8")
    target = hand_in(tmp_path / "part" / "roll", tmp_path / "out", job.fingerprint)
    assert target == tmp_path / "out" / "roll"
    assert not (tmp_path / "part" / "roll").exists()


@pytest.mark.parametrize("name", ["../outside", "roll/../../outside", "/outside"])
def test_results_from_afar_stay_in_their_folder(clips: Path, tmp_path: Path, name: str) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 4
        tar.addfile(member, io.BytesIO(b"evil"))
        link = tarfile.TarInfo("roll/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(link)
    with pytest.raises(InputError, match="came back damaged"):
        unpacked(data.getvalue(), find_jobs(clips, OPTIONS)[0], tmp_path / "out")
    assert not list(tmp_path.rglob("*outside*"))


RUNNER = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.batch.test_batch import OPTIONS, find_jobs, pretended, run_batch
if __name__ == "__main__":
    clips, out = map(Path, sys.argv[1:])
    sys.exit(run_batch(find_jobs(clips, OPTIONS, out=out), out, workers=2, running=pretended))
"""


def test_finished_jobs_are_told_while_folders_come_and_go(tmp_path: Path) -> None:
    done = tmp_path / "done"
    done.mkdir()
    (done / MARK).write_text('{"fingerprint": "abc"}', encoding="utf-8")
    over = threading.Event()

    def restless() -> None:
        while not over.is_set():
            for place in (tmp_path / SCRATCH / "part", tmp_path / "other"):
                (place / "deep" / "deeper").mkdir(parents=True)
                shutil.rmtree(place)

    worker = threading.Thread(target=restless)
    worker.start()
    try:
        assert all(finished(tmp_path) == {"abc": done} for _ in range(500))
    finally:
        over.set()
        worker.join()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_killed_it_goes_on_where_it_was(clips: Path, tmp_path: Path, number: signal.Signals) -> None:
    slow = clips / "A slow.mp4"  # the first of all: one worker is busy with it, the other does the rest
    slow.write_text("slow", encoding="utf-8")
    out = tmp_path / "out"
    script = tmp_path / "runner.py"
    script.write_text(RUNNER, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with (tmp_path / "messages").open("w") as messages:
        started = subprocess.Popen(
            [sys.executable, str(script), str(clips), str(out)], env=environment, stdout=messages, stderr=messages
        )
    until = time.monotonic() + 150
    while time.monotonic() < until and (not finished(out) or not list((out / SCRATCH).glob("*"))):
        time.sleep(0.05)
    started.send_signal(number)
    started.wait(timeout=60)
    assert started.returncode != 0
    before = {folder: (folder / "session.json").stat().st_mtime_ns for folder in finished(out).values()}
    assert 1 <= len(before) <= 5
    if number == signal.SIGINT:
        assert not (out / SCRATCH).exists(), "stopped, it cleans up"
    state = slow.stat()
    slow.write_text("fast", encoding="utf-8")  # as long as before, and as old
    os.utime(slow, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert run(clips, out) == 0
    after = {folder: (folder / "session.json").stat().st_mtime_ns for folder in finished(out).values()}
    assert len(after) == 6
    assert before.items() <= after.items()
    assert not (out / SCRATCH).exists()


def test_no_cluster_there_is_one_line(clips: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="pip install 'smr-vision[cluster]'")
    with pytest.raises(SmrError, match="no scheduler answers") as raised:
        list(run_jobs(find_jobs(clips, OPTIONS), tmp_path, workers=1, cluster="tcp://127.0.0.1:1"))
    assert raised.value.exit_code == 5


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1:1", "nowhere", "tcp://:"])
def test_where_nobody_listens_no_client_is_begun_that_complains_later(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    distributed = pytest.importorskip("distributed", reason="pip install 'smr-vision[cluster]'")
    monkeypatch.setattr(distributed, "Client", lambda *_, **__: pytest.fail("a client was begun"))
    with pytest.raises(SmrError, match="no scheduler answers"):
        list(run_jobs(find_jobs(clips, OPTIONS), tmp_path, workers=1, cluster=address))


def test_without_the_cluster_part_it_says_how_to_get_it(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SmrError, match=r"pip install 'smr-vision\[cluster\]'") as raised:
        list(run_jobs(find_jobs(clips, OPTIONS), tmp_path, workers=1, cluster="tcp://127.0.0.1:1"))
    assert raised.value.exit_code == 5


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("sees_the_clips", [True, False])
def test_a_cluster_gives_the_same(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sees_the_clips: bool
) -> None:
    distributed = pytest.importorskip("distributed", reason="pip install 'smr-vision[cluster]'")
    monkeypatch.setattr("smr_vision.batch.cluster._same", lambda job: sees_the_clips)
    (clips / "a bad.mp4").write_text("bad", encoding="utf-8")
    jobs = find_jobs(clips, OPTIONS)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        far = {d.job.name: d for d in pretended(jobs, tmp_path / "far", workers=0, cluster=cluster.scheduler_address)}
    near = {d.job.name: d for d in pretended(jobs, tmp_path / "near", workers=0, cluster=None)}
    assert far.keys() == near.keys()
    for name, here in near.items():
        there = far[name]
        assert (there.error, there.exit_code) == (here.error, here.exit_code)
        if here.folder is not None and there.folder is not None:
            assert there.folder.relative_to(tmp_path / "far") == here.folder.relative_to(tmp_path / "near")
            assert read_session(there.folder / "session.json") == read_session(here.folder / "session.json")
            assert (there.folder / MARK).read_text() == (here.folder / MARK).read_text()
