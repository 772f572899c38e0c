"""Make the files, ask the referees, compare.

    python -m benchmarks.formats --out FOLDER [--only WORD ...] [--write docs/formats.md]
    python -m benchmarks.formats --out FOLDER --pairs 400 [--write docs/formats.md]

Verdicts are kept in FOLDER as they come: stopped, the same command goes on where it was. `--again` judges all anew.
With `--only`, what is written is how those files came out, and the table of all stays. `--pairs`: of two things each.

What a person sees in the browser is the truth; where it does not play a file, what the file was made of. A file is
right if each picture that is shown has its time (half a picture) and stands upright in its shape, and its patches are
within 6 of 255 (20 where high dynamic range is made fit for a screen).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console

from benchmarks.formats import recorder, referees
from benchmarks.formats.film import COUNT, PATCHES, RATE
from benchmarks.formats.making import make
from benchmarks.formats.recipes import COLOURS, HDR, Recipe, alone, pairs, upright_size
from benchmarks.formats.referees import Shown
from benchmarks.formats.table import AGAIN, PAIRS, write_some, write_table
from benchmarks.formats.verdicts import Result, Verdicts

HALF_S: Final = 0.5 / RATE + 0.002
NEAR: Final = {True: 20.0, False: 6.0}
# What Chromium 156 shows of the patches in PQ and HLG (VP9), where it does not play a file itself.
_DARKER: Final = (
    (60, 46, 38), (42, 28, 22), (27, 19, 14), (11, 11, 13), (13, 25, 52), (63, 32, 9), (21, 37, 24), (48, 48, 48),
)  # fmt: skip
SHOWN_HDR: Final = np.array(PATCHES, float) - np.array(_DARKER, float)
# Shares of red, green and blue in luma: ITU-R BT.601, BT.709, BT.2020.
LUMA: Final = {
    "smpte170m": (0.299, 0.587, 0.114), "bt709": (0.2126, 0.7152, 0.0722), "bt2020nc": (0.2627, 0.678, 0.0593),
}  # fmt: skip
_OUT = Console()


def judge(recipe: Recipe, ours: Shown, browser: Shown, ffmpeg: Shown) -> tuple[str, str, float | None]:
    """Verdict, reason and the greatest error of a patch."""
    if ours.refused:
        return "refused", ours.refused, None
    wrong = _against_truth(recipe, ours)
    # What another program than ffmpeg made of a film that the browser does not play, ffmpeg says.
    player = ffmpeg if browser.refused and recipe.maker != "ffmpeg" else browser
    if not player.refused and player.times:
        seen = _against_player(ours, player)
        wrong = seen if wrong else []  # where one player alone differs from what was made, it is told and not followed
    # How another program than ffmpeg turned the colours is its own affair; high dynamic range ffmpeg shows as it is.
    near = _patch_error(recipe, ours, browser if recipe.colours in HDR else player)
    if near is not None and near > NEAR[recipe.colours in HDR]:
        wrong.append(f"patches off by {near:.0f}")
    verdict = "right" if not wrong else "warned" if ours.warned and recipe.structure == "cut off" else "wrong"
    return verdict, "; ".join(wrong) or (ours.warned or ""), near


def _against_player(ours: Shown, player: Shown) -> list[str]:
    # A muxer may have lost how the picture is turned: then nobody can know it, and all show it as it lies.
    lies = any(reading is not None and not reading.upright for _, reading in player.pictures)
    wrong = _shape(ours, player.size, upright=not lies)
    mine, theirs = ours.times, player.times
    lost = [k for k in theirs if k not in mine]
    if lost:
        wrong.append(f"pictures {lost} are shown and not read")
    if player.pictures[0][1] is not None and ours.pictures[0][1] is not None:
        first, theirs_first = ours.pictures[0][1].index, player.pictures[0][1].index
        if first != theirs_first:
            wrong.append(f"begins with picture {first}, shown: {theirs_first}")
    common = sorted(set(mine) & set(theirs))
    if common:
        gaps = [mine[k] - mine[common[0]] - theirs[k] + theirs[common[0]] for k in common]
        if max(map(abs, gaps)) > HALF_S:
            wrong.append(f"times off by {max(gaps, key=abs):+.3f} s")
    return wrong


def _against_truth(recipe: Recipe, ours: Shown) -> list[str]:
    wrong = _shape(ours, upright_size(recipe))
    expected = truth_times(recipe)
    mine = ours.times
    common = sorted(set(mine) & set(expected))
    if recipe.structure != "cut off" and len(common) < len(expected):
        wrong.append(f"{len(expected) - len(common)} pictures missing")
    if common:
        gaps = [mine[k] - mine[common[0]] - expected[k] + expected[common[0]] for k in common]
        if max(map(abs, gaps)) > HALF_S:
            wrong.append(f"times off by {max(gaps, key=abs):+.3f} s")
    return wrong


def truth_times(recipe: Recipe) -> dict[int, float]:
    """When each picture is shown, in seconds, as the file was made."""
    if recipe.structure == "two edits":
        pictures = [(k, k / RATE - 0.25) for k in range(5, 15)] + [(k, k / RATE - 0.5) for k in range(20, 35)]
        return dict(pictures)
    first = 9 if recipe.structure == "starts between key frames" else 2 if recipe.times == "negative first" else 0
    times = {k: k / RATE for k in range(first, COUNT)}
    if recipe.times == "phone's rate":
        times = {k: t + (k * 7 % 3) / (6 * RATE) for k, t in times.items()}
    if recipe.times == "left-out pictures":
        times = {k: t + (0.8 if k > 20 else 0) for k, t in times.items()}
    return times


def _shape(ours: Shown, size: tuple[int, int], *, upright: bool = True) -> list[str]:
    wrong = []
    if abs(ours.size[0] / ours.size[1] - size[0] / size[1]) > 0.01 * size[0] / size[1]:
        wrong.append(f"{ours.size[0]}x{ours.size[1]}, shown: {size[0]}x{size[1]}")
    unread = sum(reading is None for _, reading in ours.pictures)
    if unread:
        wrong.append(f"{unread} of {len(ours.pictures)} pictures can't be read back")
    if upright != all(reading is None or reading.upright for _, reading in ours.pictures):
        wrong.append("not upright" if upright else "turned, shown as it lies")
    return wrong


def _patch_error(recipe: Recipe, ours: Shown, browser: Shown) -> float | None:
    if ours.patches is None:
        return None
    wanted = np.array(PATCHES, float)
    if recipe.chroma == "grey":
        wanted = np.repeat((wanted @ LUMA[COLOURS[recipe.colours][0]])[:, None], 3, axis=1)
    off = float(np.abs(ours.patches - wanted).max())
    if recipe.colours not in HDR and off <= NEAR[False]:
        return off  # as it was made: some players are a little off themselves
    if browser.patches is not None and not browser.refused:
        off = float(np.abs(ours.patches - browser.patches).max())
    elif recipe.colours in HDR:
        off = float(np.abs(ours.patches - SHOWN_HDR).max())
    return off


def _told(recipe: Recipe, shown: Shown) -> str:
    """What a referee makes of a file, in a few words, beside how it was made."""
    if shown.refused:
        return "not played"
    if not shown.times:
        return "shown, not readable"
    words = _against_truth(recipe, shown)
    off = None if shown.patches is None else float(np.abs(shown.patches - np.array(PATCHES, float)).max())
    if recipe.structure != "cut off":
        words = [w for w in words if "missing" not in w]
    if off is not None and off > NEAR[recipe.colours in HDR] and recipe.chroma != "grey":
        words.append(f"patches off by {off:.0f}")
    return "; ".join(words) or "as made"


def run(recipes: list[Recipe], folder: Path, verdicts: Verdicts, *, slow: bool) -> list[Result]:
    """Every recipe made and judged; files stay in `folder`. `slow`: GStreamer is asked too."""
    results = []
    with referees.browser(folder) as chrome:
        for recipe in recipes:
            if recipe.name in verdicts.known:
                results.append(verdicts.known[recipe.name])
                continue
            path = folder / f"{_file_name(recipe.name)}.{recipe.ends}"
            unfinished = folder / f"unfinished.{recipe.ends}"
            try:
                if not path.exists():
                    make(recipe, unfinished)
                    unfinished.rename(path)
            except RuntimeError as error:
                results.append(verdicts.keep(Result(recipe.name, "not made", str(error))))
                continue
            begun = time.monotonic()
            ours = referees.ours(path)
            browser = chrome.look(path)
            ffmpeg = referees.ffmpeg(path)
            verdict, why, near = judge(recipe, ours, browser, ffmpeg)
            others = f"ffmpeg: {_told(recipe, ffmpeg)}"
            if slow:
                asked = {"ffmpeg": ffmpeg, "GStreamer": referees.gstreamer(path)}
                others = "; ".join(f"{who}: {_told(recipe, shown)}" for who, shown in asked.items())
            results.append(verdicts.keep(Result(recipe.name, verdict, why, near, _told(recipe, browser), others)))
            if time.monotonic() - begun > 30:
                _OUT.print(f"{recipe.name}: took {time.monotonic() - begun:.0f} s")
    return results


def run_recorded(folder: Path, verdicts: Verdicts) -> list[Result]:
    """What Chromium's MediaRecorder writes, judged by how Chromium plays it."""
    results = []
    with referees.browser(folder) as chrome:
        for kind, way in product(recorder.KINDS, recorder.WAYS):
            name = ", ".join(filter(None, (f"MediaRecorder {kind}", way)))
            if name not in verdicts.known:
                verdicts.keep(_recorded(chrome, kind, way, name, folder))
            results.append(verdicts.known[name])
    return results


def _recorded(chrome: referees.Browser, kind: str, way: str, name: str, folder: Path) -> Result:
    path = folder / f"{_file_name(name)}.{'mp4' if 'mp4' in kind else 'webm'}"
    try:
        recorder.record(chrome, kind, way, path)
    except RuntimeError as error:
        return Result(name, "not made", str(error))
    ours, browser, ffmpeg = referees.ours(path), chrome.look(path), referees.ffmpeg(path)
    wrong = [ours.refused] if ours.refused else [] if browser.refused else _against_player(ours, browser)
    if browser.refused:
        wrong = [] if ours.times and not ours.refused else ["not read"]
    elif ours.patches is not None and browser.patches is not None:
        off = float(np.abs(ours.patches - browser.patches).max())
        wrong += [f"patches off by {off:.0f}"] if off > NEAR[False] else []
    verdict = "wrong" if wrong else "right"
    return Result(name, verdict, "; ".join(wrong), None, browser.refused or "", ffmpeg.refused or "")


def _file_name(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=0, help="so many with two things at once, and no others")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="those with one of these in their name")
    parser.add_argument("--every", type=int, default=1, help="each n-th of them")
    parser.add_argument("--again", action="store_true", help="judge anew what was judged")
    parser.add_argument("--quick", action="store_true", help="without GStreamer")
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    words = given.only or [""]
    recipes = [r for r in (pairs(given.pairs) if given.pairs else alone()) if any(word in r.name for word in words)][
        :: given.every
    ]
    verdicts = Verdicts(given.out / "verdicts.jsonl", again=given.again)
    results = run(recipes, given.out, verdicts, slow=not given.quick) if recipes else []
    if not given.pairs and (not given.only or "MediaRecorder" in given.only):
        results += run_recorded(given.out, verdicts)
    _OUT.print(Counter(r.verdict for r in results))
    if given.write and given.pairs:
        write_some(given.write, PAIRS, {"Two things at once, by chance": results}, referees.players())
    elif given.write and given.only:
        by_word = {f'Files with "{word}" in their names': [r for r in results if word in r.name] for word in given.only}
        write_some(given.write, AGAIN, by_word, referees.players())
    elif given.write:
        write_table(given.write, results, referees.players())
    return int(any(r.verdict == "wrong" for r in results))


if __name__ == "__main__":
    sys.exit(main())
