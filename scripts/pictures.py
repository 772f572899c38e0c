"""The pictures of the README and of docs/report.md, from a sample clip: what the program shows today.

python scripts/pictures.py docs

Needs chromium. Look at each of them. Those of docs/live come from benchmarks/phases.py: `make pictures` does both.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import cv2

from smr_vision.analysis import Request, analyse
from smr_vision.moves import load_moves
from smr_vision.pipeline.river import Wishes
from smr_vision.report import write_report
from smr_vision.video.lazy import Pictures

CLIP = Path(__file__).parents[1] / "samples" / "videos" / "thoracic_faults.mp4"
NOTE = "Good start, Ana. Keep the roller above the bottom rib and we go on to the calves next week."
PAGE = (1280, 1900)  # what of the report is shown, pixels
CHROMIUM = (
    "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--virtual-time-budget=3000",
)  # fmt: skip


def main() -> int:
    docs = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        wishes = Wishes(load_moves(), "thoracic")
        outcome = analyse(Request(CLIP, Path(scratch), wishes, person="Ana", tool="roller"))
        page = outcome.folder / "report.html"
        write_report([outcome.folder / "session.json"], page, note=NOTE, trainer="Maja")
        safety = next(f for s in outcome.session.sets for f in s.faults if f.severity == "safety")
        with Pictures(outcome.folder / "annotated.mp4") as clip:
            shown = clip.at(safety.picture_t_s or safety.start_s)
        cv2.imwrite(str(docs / "annotated.jpg"), cv2.cvtColor(shown, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 90])
        subprocess.run(  # noqa: S603 - our own words
            [
                *CHROMIUM, f"--user-data-dir={scratch}/browser", f"--window-size={PAGE[0]},{PAGE[1]}",
                f"--screenshot={docs.resolve() / 'report.png'}", page.as_uri(),
            ],
            check=True, capture_output=True,
        )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
