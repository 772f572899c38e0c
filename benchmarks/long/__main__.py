"""Long and many: hours of `smr live` from a file as camera, thousands of clips through `smr batch`.

    python -m benchmarks.long live CLIP [--hours 8] [--minutes 20]
    python -m benchmarks.long batch CLIP... [--clips 2000] [--kill-every 200] [--folder FOLDER]
    python -m benchmarks.long cluster CLIP... [--clips 200] [--kill-every 67] [--folder FOLDER]

Live: the clip is rolled forth and back as one film without end, which the file camera gives as fast as it is taken up;
the session's clock is the film's. The poses of its first round are found by the real model, and given again in each
round after it: it is the session that has to last, not the model. It ends after so many hours of film, or minutes.

Batch: pieces of the samples, one to three seconds long, by the real command with the `lite` model. Meanwhile a worker
is killed after so many of them, and the machine's clock (by libfaketime, where that is installed) leaps by hours and
days, forth and back. Then the same command once more, in peace.

Cluster: such pieces over a local Dask cluster of two workers, of which one is killed after so many of them.

With a folder to keep clips and results in, a batch or cluster that was ended goes on when the command is given again.

Exit code 1 when something is missing, twice there, wrong, or grows. Figures are in docs/reliability.md.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.long.live_hours import live
from benchmarks.long.many_clips import batch
from benchmarks.long.on_cluster import cluster


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    one = kinds.add_parser("live")
    one.add_argument("clip", type=Path)
    one.add_argument("--move", default="thoracic")
    one.add_argument("--hours", type=float, default=8.0)
    one.add_argument("--minutes", type=float, default=24 * 60.0)
    many = kinds.add_parser("batch")
    many.add_argument("clip", type=Path, nargs="+")
    many.add_argument("--clips", type=int, default=2000)
    many.add_argument("--kill-every", type=int, default=200, metavar="CLIPS")
    many.add_argument("--folder", type=Path, help="for clips and results")
    far = kinds.add_parser("cluster")
    far.add_argument("clip", type=Path, nargs="+")
    far.add_argument("--clips", type=int, default=200)
    far.add_argument("--kill-every", type=int, default=67, metavar="CLIPS")
    far.add_argument("--folder", type=Path, help="for clips and results")
    given = parser.parse_args()
    if given.kind == "live":
        return int(not live(given.clip, given.move, given.hours, given.minutes))
    if given.kind == "cluster":
        return int(not cluster(given.clip, given.clips, given.kill_every, given.folder))
    return int(not batch(given.clip, given.clips, given.kill_every, given.folder))


if __name__ == "__main__":
    sys.exit(main())
