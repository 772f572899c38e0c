"""Twenty PDFs at once: the server's memory, and how long pages take meanwhile.

python -m tests.desk.load_pdfs
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

from smr_vision.desk.people import DeskStore
from smr_vision.desk.places import Places
from tests.desk.load import MOST_MB, asked, told
from tests.desk.scale import fill, memory_mb, start, worked_s


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--reports", type=int, default=20)
    parser.add_argument("--kinds", nargs="+", default=["full", "page", "progress"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), given.reports, 2 * given.reports)
        store = DeskStore(Places(Path(folder)).history)
        ids = [entry.id for entry in store.page(everybody=True, most=given.reports)]
        store.close()
        process, client, _ = start(Path(folder))
        try:
            told("before", asked(client, 5.0, []))
            for kind in given.kinds:
                for together in (False, True):
                    order = {"ids": ids, "kind": kind, "together": together}
                    made: dict[str, Any] = {}

                    def make(order: dict[str, Any] = order, made: dict[str, Any] = made) -> None:
                        made["answer"] = client.post("/api/reports", json=order, timeout=1800)

                    began, before = time.monotonic(), worked_s(process.pid)
                    thread = threading.Thread(target=make)
                    thread.start()
                    meanwhile = asked(client, 1e9, [thread])
                    thread.join()
                    answer = made["answer"]
                    assert answer.status_code == 200, answer.text
                    if together:
                        assert answer.content.startswith(b"%PDF")
                    else:
                        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
                        assert len(names) == len(ids) == len([n for n in names if re.search(r"\.pdf$", n)])
                    told(f"{kind}{', together' if together else ''}", meanwhile)
                    sys.stdout.write(
                        f"  {time.monotonic() - began:.0f} s, {worked_s(process.pid) - before:.1f} s of the server's"
                        f" processor time; its memory at most {memory_mb(process.pid, 'VmHWM'):.0f} MB\n"
                    )
            peak = memory_mb(process.pid, "VmHWM")
            assert peak < MOST_MB, peak
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
