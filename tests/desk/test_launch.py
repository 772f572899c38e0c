"""One desk for each data folder, on this machine's own address, and its workers open no socket."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from smr_vision.desk.launch import HERE, _listener
from tests.film import Film
from tests.test_network import WATCHED

ROOT = Path(__file__).parents[2]


def start(data: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "smr_vision.cli", "desk", "--data", str(data), "--no-browser", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[str]:
    """The address that a running desk has printed."""
    with start(tmp_path / "data") as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()
        assert process.wait(20) == 143
        assert process.stderr is not None
        assert process.stderr.read() == "smr: stopped.\n"
    assert not (tmp_path / "data" / "desk" / "running.json").exists()


def test_it_prints_an_address_that_opens_it(running: str) -> None:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(), urllib.request.ProxyHandler({}))
    with opener.open(running) as answer:
        assert answer.status == 200
        assert b"Drop clips" in answer.read()


def test_a_second_start_shows_the_one_that_runs(running: str, tmp_path: Path) -> None:
    with start(tmp_path / "data") as second:
        said, wrong = second.communicate(timeout=30)
    assert (second.returncode, said.strip(), wrong) == (0, running, "")


def test_what_it_keeps_is_for_its_user_alone(running: str, tmp_path: Path) -> None:
    assert running
    assert [p for p in (tmp_path / "data").rglob("*") if p.stat().st_mode & 0o077] == []


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="asks Linux who listens")
def test_it_listens_to_this_machine_only(running: str) -> None:
    port = int(running.split(":")[2].split("/", maxsplit=1)[0])
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
        found += [row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port]
    assert found == ["0100007F"]


def test_a_port_that_is_taken_is_wrong_usage(running: str, tmp_path: Path) -> None:
    with start(tmp_path / "other", "--port", running.split(":")[2].split("/", maxsplit=1)[0]) as second:
        _, wrong = second.communicate(timeout=30)
    assert second.returncode == 2
    assert wrong.startswith("smr: --port")
    assert len(wrong.splitlines()) == 1


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the filter is for Linux")
def test_the_worker_opens_no_socket(tmp_path: Path, film: Film) -> None:
    order = {"clip": str(film(times=15)), "out": str(tmp_path / "out"), "move": None, "side": None, "person": None,
             "model": "lite", "strictness": "standard", "workers": 1,
             "moves": str(tmp_path / "moves")}  # fmt: skip
    code = f"{WATCHED}\nfrom smr_vision.desk.worker import main\nsys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps(order) + "\n")
        worker.stdin.flush()
        last = worker.stdout.readlines()[-1]
        assert worker.wait(60) == 4
    assert "nobody to analyse" in json.loads(last)["error"]


def test_small_answers_wait_for_no_confirmation() -> None:
    """Each page and each answer to a picture took 40 ms more where TCP gathered small packets."""
    gathered: list[int] = []

    async def accept_one() -> None:
        done = asyncio.Event()

        def met(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line = writer.get_extra_info("socket")
            gathered.append(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            done.set()

        listener = _listener(HERE, 0, 0)
        async with await asyncio.start_server(met, sock=listener):
            _, out = await asyncio.open_connection(*listener.getsockname())
            await done.wait()
            out.close()

    asyncio.run(accept_one())
    assert gathered == [1]
