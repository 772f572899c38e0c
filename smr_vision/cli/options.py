"""The options that several commands share, and what they mean to the rest of the program."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from smr_vision.errors import UsageError, shown

if TYPE_CHECKING:
    from smr_vision.pipeline.river import Wishes
    from smr_vision.pose import ModelName

AUTO: Final = "auto"
OUT: Final = Path("smr-out")

SideChoice = Literal["left", "right", "auto"]
ToolChoice = Literal["roller", "ball"]
StrictnessChoice = Literal["beginner", "standard", "strict"]

MoveOption = Annotated[
    str, typer.Option("--move", metavar="NAME|auto", help="Which move it is; `smr moves list` names them.")
]
SideOption = Annotated[SideChoice, typer.Option("--side", help="Which side is worked.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results.")]
PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="NAME", help="Keep it in the history under this name.")
]
ToolOption = Annotated[
    ToolChoice | None, typer.Option("--tool", help="What is rolled on, where the move allows several.")
]
ModelOption = Annotated[
    str,
    typer.Option("--model", metavar="lite|full|heavy|PATH", help="Pose model: lite is fastest, heavy sees best."),
]
FullSizeOption = Annotated[
    bool, typer.Option("--full-size", help="The annotated clip as large as the clip, not 1280 pixels at most.")
]
VideoOption = Annotated[bool, typer.Option("--video/--no-video", help="Write the annotated clip too.")]
StartAtOption = Annotated[
    float | None,
    typer.Option(
        "--start-at",
        metavar="ALONG",
        min=-2.0,
        max=2.0,
        help="Where the tool starts along the body segment, 0 to 1, for when it can't be seen.",
    ),
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, max=256, metavar="N", help="Cores to use; all of them unless told.")
]
ReuseOption = Annotated[
    bool,
    typer.Option("--reuse-poses", help="Coach again by the poses kept in --out; the pose model does not run."),
]
StrictnessOption = Annotated[StrictnessChoice, typer.Option("--strictness", help="How exact the form has to be.")]
MovesOption = Annotated[
    Path | None, typer.Option("--moves", metavar="FOLDER", help="A folder with move files of your own.")
]
BlurOption = Annotated[bool, typer.Option("--blur-faces", help="Make the face unrecognisable in clip and pictures.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print for programs: JSON, one line a clip.")]
DbOption = Annotated[
    str | None, typer.Option("--db", metavar="FILE|URL", help="Another history: a file, or a PostgreSQL URL.")
]


def cores() -> int:
    """Processor cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


def model_of(text: str) -> ModelName | Path:
    """A model by its name, or the file at a path."""
    match text:
        case "lite" | "full" | "heavy":
            return text
    path = Path(text)
    if not path.is_file():
        raise UsageError(
            f"--model {shown(text)}: no such model. Give lite, full or heavy, or the path of a .task file."
        )
    return path


def wishes_of(
    *, move: str, side: SideChoice, start_at: float | None, strictness: StrictnessChoice, moves: Path | None
) -> Wishes:
    """What the options ask the watcher for; UsageError when they don't fit together."""
    from smr_vision.moves import load_moves  # noqa: PLC0415 - `smr --help` needs no moves
    from smr_vision.pipeline.river import Wishes  # noqa: PLC0415 - brings the numbers library

    known = load_moves(moves)
    if move != AUTO and move not in known:
        raise UsageError(f"--move {shown(move)}: no such move. Choose {AUTO} or one of: {', '.join(known)}.")
    if AUTO not in {move, side} and not known[move].sided:
        raise UsageError(f"--side {side}: the {move} move has no sides. Leave --side away.")
    return Wishes(
        moves=known,
        move=None if move == AUTO else move,
        side=None if side == AUTO else side,
        start_at=start_at,
        strictness=strictness,
    )
