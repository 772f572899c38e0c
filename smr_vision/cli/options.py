"""The options that several commands share, and what they mean to the rest of the program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from smr_vision.errors import UsageError, shown

if TYPE_CHECKING:
    from smr_vision.pose import ModelName

AUTO: Final = "auto"
OUT: Final = Path("smr-out")
LONGEST_NAME: Final = 120  # letters; as at the desk

_VALUES: Final = (
    (r"^Value error, ", ""),
    (r"^Input should be greater than or equal to (\S+)", r"give \1 or more"),
    (r"^Input should be less than or equal to (\S+)", r"give \1 at most"),
    (r"^Input should be a valid integer.*", "give a whole number"),
    (r"^Input should be a valid number.*", "give a number"),
)

SideChoice = Literal["left", "right", "auto"]
ToolChoice = Literal["roller", "ball"]
KindChoice = Literal["full", "page", "progress"]
StrictnessChoice = Literal["beginner", "standard", "strict"]

MoveOption = Annotated[
    str, typer.Option("--move", metavar="NAME|auto", help="Which move it is; `smr moves list` names them.")
]
SideOption = Annotated[SideChoice, typer.Option("--side", help="Which side is worked.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results.")]


def _as_name(text: str | None) -> str | None:
    if text is not None and len(text) > LONGEST_NAME:
        raise typer.BadParameter(f"give {LONGEST_NAME} letters at most")
    return text


PersonOption = Annotated[
    str | None,
    typer.Option("--person", metavar="NAME", help="Keep it in the history under this name.", callback=_as_name),
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


def plain_words(message: str) -> str:
    """What typer says of a wrong value, in words for people: it passes on those of the library that checks values."""
    for said, meant in _VALUES:
        message = re.sub(said, meant, message)
    return message


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
