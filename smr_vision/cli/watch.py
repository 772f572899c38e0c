"""The commands that watch somebody: `smr analyse`, `smr batch` and `smr live`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from smr_vision.cli import options
from smr_vision.cli.options import (
    AUTO,
    OUT,
    BlurOption,
    DbOption,
    FullSizeOption,
    JsonOption,
    ModelOption,
    MoveOption,
    MovesOption,
    OutOption,
    PersonOption,
    ReuseOption,
    SideOption,
    StartAtOption,
    StrictnessOption,
    ToolOption,
    VideoOption,
    WorkersOption,
)
from smr_vision.errors import SmrError
from smr_vision.runtime.machine import cores
from smr_vision.runtime.progress import say


def add_to(app: typer.Typer) -> None:
    """Add the commands to the program's."""
    app.command("analyse")(analyse)
    app.command("analyze", hidden=True)(analyse)
    app.command("live")(live)
    app.command("batch")(batch)


def analyse(
    *,
    clips: Annotated[list[Path], typer.Argument(metavar="CLIP", help="Clips of one person foam-rolling.")],
    move: MoveOption = AUTO,
    side: SideOption = "auto",
    out: OutOption = OUT,
    person: PersonOption = None,
    tool: ToolOption = None,
    model: ModelOption = "heavy",
    video: VideoOption = True,
    full_size: FullSizeOption = False,
    start_at: StartAtOption = None,
    workers: WorkersOption = None,
    strictness: StrictnessOption = "standard",
    moves: MovesOption = None,
    blur_faces: BlurOption = False,
    reuse_poses: ReuseOption = False,
    as_json: JsonOption = False,
    db: DbOption = None,
) -> None:
    """Analyse clips: which move, how many passes, how long on target, what was not right.

    Each clip gets a folder in --out with report.html, annotated.mp4, session.json, series.csv and poses.npz.

    \b
    Examples:
      smr analyse roll.mp4
      smr analyse roll.mp4 --move calf --side left
      smr analyse monday/*.mp4 --person Ana --no-video
      smr analyse roll.mp4 --reuse-poses --strictness strict
      smr analyse roll.mp4 --json | jq .totals
    """
    from smr_vision.analysis import Request
    from smr_vision.cli.clips import analyse_clips
    from smr_vision.pipeline.options import checked_options

    pipeline_options = checked_options(move=move, side=side, start_at=start_at, strictness=strictness, moves=moves)
    chosen = options.model_of(model)
    requests = [
        Request(
            clip=clip,
            out=out,
            options=pipeline_options,
            person=person,
            tool=tool,
            model=chosen,
            video=video,
            full_size=full_size,
            workers=workers or cores(),
            blur_faces=blur_faces,
            reuse=out if reuse_poses else None,
        )
        for clip in clips
    ]
    raise typer.Exit(analyse_clips(requests, as_json=as_json, db=db, moves=moves))


def batch(
    *,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of clips, with the folders in it.")],
    table: Annotated[
        Path | None,
        typer.Option(
            "--csv", metavar="FILE", help="A table with the columns clip, move, side, person: only its clips."
        ),
    ] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", metavar="ADDRESS", help="A Dask scheduler, like tcp://10.0.0.5:8786.")
    ] = None,
    move: MoveOption = AUTO,
    side: SideOption = "auto",
    out: OutOption = OUT,
    person: PersonOption = None,
    tool: ToolOption = None,
    model: ModelOption = "heavy",
    video: VideoOption = True,
    workers: WorkersOption = None,
    strictness: StrictnessOption = "standard",
    moves: MovesOption = None,
    blur_faces: BlurOption = False,
    as_json: JsonOption = False,
    db: DbOption = None,
) -> None:
    """Analyse a folder of clips on all cores, or on a cluster. Stopped, it goes on where it was.

    A row of the table that can't be used is told with its line, and the others are done; the exit code is that of
    the first that failed. The move of a clip comes from the table, from --move, or from its folder's name
    (calf, calf-left, calf/left); else it is recognised.

    \b
    Examples:
      smr batch clips
      smr batch clips --csv clips.csv --out results --workers 4
      smr batch clips --person Ana --no-video
      smr batch clips --cluster tcp://10.0.0.5:8786
    """
    from smr_vision.batch import JobOptions, find_jobs, run_batch
    from smr_vision.pipeline.options import checked_options

    pipeline_options = checked_options(move=move, side=side, start_at=None, strictness=strictness, moves=moves)
    chosen = JobOptions(pipeline_options, person, tool, options.model_of(model), video, blur_faces)
    refused: list[int] = []

    def tell(error: SmrError) -> None:
        say(f"smr: {error}")
        refused.append(error.exit_code)

    jobs = find_jobs(folder, chosen, table=table, out=out, refused=tell)
    code = 0
    if jobs:
        code = run_batch(jobs, out, workers=workers or cores(), cluster=cluster, as_json=as_json, db=db)
    raise typer.Exit(refused[0] if refused else code)


def live(
    *,
    move: Annotated[str | None, typer.Argument(metavar="MOVE", help="One move; without it you choose by keys.")] = None,
    side: SideOption = "auto",
    camera: Annotated[
        str, typer.Option("--camera", metavar="INDEX|URL|FILE", help="Which camera; a file plays in real time.")
    ] = "0",
    voice: Annotated[bool, typer.Option("--voice/--no-voice", help="Speak the cues.")] = True,
    window: Annotated[bool, typer.Option("--window/--no-window", help="Show the picture; else voice only.")] = True,
    record: Annotated[
        Path | None, typer.Option("--record", metavar="DIR", help="Keep the video, and the record, here.")
    ] = None,
    person: PersonOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Accept the safety screen.")] = False,
    routine: Annotated[
        str | None, typer.Option("--routine", metavar="NAME|FILE", help="Which routine, where no move is named.")
    ] = None,
    model: ModelOption = "full",
    strictness: StrictnessOption = "standard",
    moves: MovesOption = None,
    db: DbOption = None,
) -> None:
    """Coach live through a camera, with picture and voice; or in the browser: smr desk.

    Without a move, the window asks. No video is kept unless you say --record.

    \b
    Examples:
      smr live calf
      smr live
      smr live thoracic --camera 1 --person Ana
      smr live --camera http://192.168.0.20:8080/video --no-voice
      smr live calf --no-window

    Exit code 5: the camera, the display or the disk is missing or failed (see smr doctor); what was done is kept.
    """
    from smr_vision.cli.summary import print_session
    from smr_vision.live import LiveOptions, run_live
    from smr_vision.live.routine import DEFAULT

    session = run_live(
        LiveOptions(
            move=move,
            side=None if side == AUTO else side,
            routine=routine or DEFAULT,
            camera=camera,
            voice=voice,
            window=window,
            record=record,
            person=person,
            yes=yes,
            ask=sys.stdin.isatty(),
            choose=move is None and routine is None and window and not yes and sys.stdin.isatty(),
            model=options.model_of(model),
            strictness=strictness,
            moves_folder=moves,
            db=db,
        )
    )
    print_session(session, moves)
