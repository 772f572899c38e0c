"""Clips that come in all at once, 20 and one of 5 GB: the server's memory, and how long pages take meanwhile.

    python -m tests.desk.load

Other programs may be at work: pages are asked for before as well, and the server's own processor time is told.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import Final

import httpx2

from tests.desk.scale import fill, memory_mb, start, worked_s

PIECE: Final = 4 << 20  # as the page sends them
PAGES: Final = ("/", "/people", "/settings", "/api/jobs")
MOST_MB: Final = 200.0


def upload(home: str, cookies: httpx2.Cookies, name: str, size: int) -> None:
    """Send so many bytes as the page does."""
    piece = memoryview(bytes(PIECE))
    with httpx2.Client(base_url=home, headers={"origin": home}, cookies=cookies, timeout=300) as client:
        told = client.post("/api/uploads", json={"name": name, "size": size, "mark": "1"}).json()
        at = told["received"]
        while at < size:
            content = bytes(piece[: min(PIECE, size - at)])
            at = client.put(f"/api/uploads/{told['id']}?offset={at}", content=content).json()["received"]


def asked(client: httpx2.Client, seconds: float, while_true: list[threading.Thread]) -> list[float]:
    """Milliseconds that pages took, one after the other, until the threads are through or the time is."""
    found, end = [], time.monotonic() + seconds
    while time.monotonic() < end and (not while_true or any(t.is_alive() for t in while_true)):
        for path in PAGES:
            began = time.monotonic()
            assert client.get(path).status_code == 200
            found.append(1000 * (time.monotonic() - began))
        time.sleep(0.1)
    return found


def told(name: str, clocked: list[float]) -> None:
    p95 = sorted(clocked)[int(0.95 * len(clocked))]
    sys.stdout.write(f"{name}: {len(clocked)} pages, median {median(clocked):.0f} ms, 95 % {p95:.0f} ms\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--each-mb", type=int, default=40)
    parser.add_argument("--large-gb", type=float, default=5.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), 20, 200)
        process, client, _ = start(Path(folder))
        try:
            told("before", asked(client, 8.0, []))
            sizes = [given.each_mb << 20] * given.clips + [int(given.large_gb * (1 << 30))]
            sending = [
                threading.Thread(target=upload, args=(str(client.base_url), client.cookies, f"roll {i}.mp4", size))
                for i, size in enumerate(sizes)
            ]
            began, before = time.monotonic(), worked_s(process.pid)
            for thread in sending:
                thread.start()
            meanwhile = asked(client, 1e9, sending)
            took = time.monotonic() - began
            told("meanwhile", meanwhile)
            peak = memory_mb(process.pid, "VmHWM")
            sys.stdout.write(
                f"{sum(sizes) / 1e9:.1f} GB in {took:.0f} s, {worked_s(process.pid) - before:.1f} s of processor time;"
                f" memory at most {peak:.0f} MB\n"
            )
            for thread in sending:
                thread.join()
            states = {job["name"]: job["state"] for job in client.get("/api/jobs").json()}
            assert len(states) == len(sizes), states
            assert "uploading" not in states.values(), states
            assert peak < MOST_MB, peak
        finally:  # a desk that is left behind goes on writing
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
