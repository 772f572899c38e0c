"""Which clips a batch has, what each is taken for, and the fingerprint by which a finished one is known."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, cast

from smr_vision import __version__
from smr_vision.errors import InputError, SmrError, UsageError, shown
from smr_vision.pipeline.river import Wishes

if TYPE_CHECKING:
    from smr_vision.moves import Move
    from smr_vision.pose import ModelName

CLIPS: Final = frozenset(
    {
        ".mp4",
        ".mov",
        ".m4v",
        ".mkv",
        ".webm",
        ".avi",
        ".mpg",
        ".mpeg",
        ".3gp",
        ".mts",
        ".m2ts",
        ".wmv",
        ".gif",
        ".mjpeg",
    }
)
COLUMNS: Final = ("clip", "move", "side", "person")
SIDES: Final = ("left", "right")
MOST_TABLE: Final = 10_000_000  # bytes of a table: a hundred thousand clips
MOST_SHOWN: Final = 80  # letters of a wrong cell
RESULT: Final = "session.json"

Side = Literal["left", "right"]
Refuse = Callable[[SmrError], None]


@dataclass(frozen=True)
class JobOptions:
    """What holds for all clips of a batch; a clip's own move, side and person stand in its `Job`."""

    wishes: Wishes
    person: str | None = None
    tool: str | None = None
    model: ModelName | Path = "heavy"
    video: bool = True
    blur_faces: bool = False


@dataclass(frozen=True)
class Job:
    """One clip to analyse. `name` is for people; `place` is the folder, in that of the results, it goes to."""

    clip: Path
    name: str
    place: Path
    options: JobOptions
    fingerprint: str
    size: int

    @property
    def wishes(self) -> Wishes:
        return self.options.wishes


def find_jobs(
    folder: Path,
    options: JobOptions,
    *,
    table: Path | None = None,
    out: Path | None = None,
    refused: Refuse | None = None,
) -> list[Job]:
    """The jobs of a folder of clips, or of the rows of a CSV table; results in `out` are no clips.

    A move is taken from the table, else from the options, else from the folders' names (`calf`,
    `calf-left`, `calf/left`), else it is recognised. A row, clip or folder that can't be used is told to
    `refused`, and the others are taken; without it, it is raised.
    """
    if not folder.is_dir():
        raise InputError(f"{shown(folder)} is no folder. Name the folder that holds the clips.")
    wrong: list[SmrError] = []

    def refuse(error: SmrError) -> None:
        if refused is None:
            raise error
        wrong.append(error)
        refused(error)

    if table is not None:
        found = _from_table(folder, table, options, refuse)
    else:
        found = _from_folder(folder, options, out, refuse)
    jobs = list({job.fingerprint: job for job in found}.values())
    if not jobs and not wrong:
        raise InputError(f"{shown(folder)} holds no clip. Clips end in {', '.join(sorted(CLIPS))}.")
    return jobs


def _from_folder(folder: Path, options: JobOptions, out: Path | None, refuse: Refuse) -> Iterator[Job]:
    for path in _clips(folder, out.resolve() if out is not None else None, refuse):
        move, side = _by_folders(path.relative_to(folder).parent, options.wishes)
        try:
            job = _job(path, folder, _with(options, move, side, options.person))
        except OSError as e:  # a link to nothing
            refuse(_unreadable(path, e))
        else:
            yield job


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f"{shown(path)}: can't be read ({error.strerror}). Mend it, or take it away.")


def _clips(folder: Path, out: Path | None, refuse: Refuse) -> Iterator[Path]:
    """Clips in a folder and those in it; results of ours and hidden ones are left out."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as e:
        refuse(_unreadable(folder, e))
        return
    if any(p.name == RESULT for p in entries):
        return
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.is_dir():
            if path.resolve() != out:
                yield from _clips(path, out, refuse)
        elif path.suffix.lower() in CLIPS:
            yield path


def _by_folders(folders: Path, wishes: Wishes) -> tuple[str | None, Side | None]:
    """Move and side by the names of folders, the nearest first; what the options say comes first."""
    move, side = wishes.move, wishes.side
    for part in reversed(folders.parts):
        name = re.sub(r"[^a-z0-9]+", "_", part.lower()).strip("_")
        stem, _, last = name.rpartition("_")
        if last in SIDES and (not stem or stem in wishes.moves):
            side = side or cast(Side, last)
            name = stem
        if move is None and name in wishes.moves:
            move = name
    return move, side if move is None or wishes.moves[move].sided else None


def _with(options: JobOptions, move: str | None, side: Side | None, person: str | None) -> JobOptions:
    return replace(options, wishes=replace(options.wishes, move=move, side=side), person=person)


def _from_table(folder: Path, table: Path, options: JobOptions, refuse: Refuse) -> Iterator[Job]:
    for at, row in _rows(table, refuse):
        try:
            job = _of_row(at, row, folder, options)
        except SmrError as e:
            refuse(e)
        else:
            yield job


def _of_row(at: str, row: Mapping[str, str], folder: Path, options: JobOptions) -> Job:
    name = row.get("clip", "")
    gone = InputError(f"{at}: clip {shown(name[:MOST_SHOWN])!r} is not in {shown(folder)}. Correct the name.")
    path = folder / name
    move = _one_of(row.get("move", ""), options.wishes.moves, f"{at}: move") or options.wishes.move
    side = _one_of(row.get("side", ""), dict.fromkeys(SIDES), f"{at}: side") or options.wishes.side
    if move is not None and side is not None and not options.wishes.moves[move].sided:
        raise UsageError(f"{at}: the {move} move has no sides. Leave the side empty.")
    chosen = _with(options, move, cast("Side | None", side), row.get("person") or options.person)
    try:
        if not name or not path.is_file():
            raise gone
        return _job(path, folder, chosen)
    except (OSError, ValueError) as e:  # no file can have such a name, or this one went just now
        raise gone from e


def _rows(table: Path, refuse: Refuse) -> Iterator[tuple[str, dict[str, str]]]:
    """Where a row stands, for people, and its cells, blanks around them left out."""
    try:
        with table.open("rb") as file:
            data = file.read(MOST_TABLE + 1)
        if len(data) > MOST_TABLE:
            raise InputError(
                f"{shown(table)} is larger than {MOST_TABLE // 1_000_000} MB: is it a table? Give --csv one."
            )
        text = data.decode("utf-8-sig")
    except OSError as e:
        raise InputError(f"{shown(table)}: can't be read ({e.strerror}). Give --csv a table.") from e
    except UnicodeDecodeError as e:
        raise InputError(f"{shown(table)} is not text in UTF-8. Save it as CSV UTF-8.") from e
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    try:
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
    except csv.Error as e:
        raise InputError(f"{shown(table)}, line 1: is not CSV ({e}). Give --csv a table.") from e
    if "clip" not in columns or set(columns) - set(COLUMNS):
        raise UsageError(f"{shown(table)}: the first line has to name the columns, of: {','.join(COLUMNS)}.")
    reader.fieldnames = columns
    while True:
        try:
            row = next(reader, None)
        except csv.Error as e:
            refuse(InputError(f"{shown(table)}, line {reader.reader.line_num}: is not CSV ({e}). Correct the line."))
            continue
        if row is None:
            return
        at = f"{shown(table)}, line {reader.line_num}"
        if row.get(""):  # by DictReader: the cells beyond the last column
            refuse(InputError(f"{at}: has more cells than there are columns. Put a name with a comma into quotes."))
        else:
            yield at, {name: str(row[name]).strip() for name in columns}


def _one_of(text: str, known: Mapping[str, object], where: str) -> str | None:
    name = text.lower()
    if name in ("", "auto"):
        return None
    if name not in known:
        raise UsageError(
            f"{where} {shown(text[:MOST_SHOWN])!r} is not known. Choose auto or one of: {', '.join(known)}."
        )
    return name


def _job(path: Path, folder: Path, options: JobOptions) -> Job:
    clip = path.resolve()
    inside = path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)
    state = clip.stat()
    print_of = _fingerprint(clip, state.st_size, state.st_mtime_ns, options)
    return Job(clip, shown(inside), inside.parent, options, print_of, state.st_size)


def _fingerprint(clip: Path, size: int, changed: int, options: JobOptions) -> str:
    """Everything that decides what comes out: the clip, the options, the moves, this program."""
    wishes = options.wishes
    moves: list[Move] = [wishes.moves[wishes.move]] if wishes.move is not None else list(wishes.moves.values())
    decides = [
        __version__, str(clip), size, changed, wishes.move, wishes.side, wishes.start_at, wishes.strictness,
        options.person, options.tool, str(options.model), options.video, options.blur_faces,
        [move.model_dump_json() for move in moves],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(decides).encode(errors="surrogateescape")).hexdigest()[:24]
