"""The `smr` command: parse, call, print. What a command needs is imported when it runs, so that `--help` is fast."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from smr_vision import __version__
from smr_vision.cli import watch as watch_cli
from smr_vision.cli.moves import app as moves_app
from smr_vision.cli.options import DbOption, KindChoice, MovesOption, plain_words
from smr_vision.errors import SmrError, shown
from smr_vision.runtime.stop import STOPPED, say_stopped


class _Smr(TyperGroup):
    """Turns what can go wrong in known ways into one line and an exit code; a bug keeps its traceback."""

    def make_context(self, *given: Any, **named: Any) -> Any:
        try:
            return super().make_context(*given, **named)
        except KeyboardInterrupt:  # while the command line is read: click would abort with an exit code of its own
            say_stopped()
            raise typer.Exit(STOPPED) from None

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except SmrError as e:
            print(f"smr: {e}", file=sys.stderr)
            raise typer.Exit(e.exit_code) from e
        except typer.BadParameter as e:
            e.message = plain_words(e.message)
            raise
        except KeyboardInterrupt:
            say_stopped()
            raise typer.Exit(STOPPED) from None
        except BrokenPipeError:
            # Whoever read our output has gone (`smr history | head`): that is no failure of ours.
            sys.stdout = None
            raise typer.Exit(0) from None


# Plain help: it starts twice as fast as the boxed one, and reads well in a pipe and to a screen reader.
app = typer.Typer(
    cls=_Smr,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(moves_app, name="moves")


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A file's name need not be text, and a console need not know every letter.
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy loads: its algebra is small, its threads are idle
    os.umask(0o077)  # what shows or names a person is theirs alone: every file and folder we make is private
    app(prog_name="smr")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"smr-vision {__version__}")
        raise typer.Exit


@app.callback(
    epilog="Start with: smr analyse clip.mp4\n\nResults go to stdout, messages to stderr. Exit codes: 0 done, "
    "2 wrong usage, 3 the input can't be read, 4 nobody in it, 5 a device or part is missing, 130 stopped."
)
def _smr(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Watches you foam-roll, live or in a clip, and says how it went. Nothing leaves this machine."""


watch_cli.add_to(app)


@app.command()
def report(
    *,
    sessions: Annotated[
        list[Path],
        typer.Argument(metavar="SESSION.json", help="What `smr analyse` wrote, or its folder; several are compared."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="report.html, .pdf or .csv; beside the first unless told."),
    ] = None,
    note: Annotated[
        Path | None, typer.Option("--note", metavar="FILE", help="A text of the trainer's to put in.")
    ] = None,
    trainer: Annotated[str | None, typer.Option("--trainer", metavar="NAME", help="Who signs the note.")] = None,
    dismiss: Annotated[
        list[str] | None,
        typer.Option("--dismiss", metavar="FAULT", help="Set a fault aside: hips_lifted, or hips_lifted@23.2."),
    ] = None,
    embed_clip: Annotated[
        bool, typer.Option("--embed-clip", help="Put a small copy of the clip into the page.")
    ] = False,
    kind: Annotated[
        KindChoice, typer.Option("--kind", help="All there is to say, one page, or what changed since the first time.")
    ] = "full",
    brand: Annotated[
        str | None,
        typer.Option("--brand", metavar="desk|FILE", help="Whose name, logo and colours: the desk's, or a file's."),
    ] = None,
    moves: MovesOption = None,
    db: DbOption = None,
) -> None:
    """Write the report of a session as a page, a PDF or a table; or compare several.

    \b
    Examples:
      smr report smr-out/roll/session.json --out roll.pdf
      smr report smr-out/roll/session.json --note note.txt --trainer Maja
      smr report smr-out/roll/session.json --dismiss hips_lifted@23.2
      smr report before/session.json after/session.json --out progress.html
      smr report smr-out/roll --kind page --brand desk --out page.pdf
    """
    from smr_vision.cli.reports import report_of

    written = report_of(
        sessions, out, note=note, trainer=trainer, dismiss=dismiss or (), embed_clip=embed_clip, moves=moves, db=db,
        kind=kind, brand=brand,
    )  # fmt: skip
    print(shown(written))


@app.command()
def export(
    session: Annotated[Path, typer.Argument(metavar="SESSION.json", help="What `smr analyse` wrote, or its folder.")],
    to: Annotated[str, typer.Option("--to", metavar="trc|csv|vtt|json", help="The format.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file; beside the session unless told.")
    ] = None,
    moves: MovesOption = None,
) -> None:
    """Write a session in an open format: landmarks for OpenSim (trc) or as a table (csv), captions and chapters for
    players (vtt), what happened (json).

    \b
    Examples:
      smr export smr-out/roll/session.json --to trc
      smr export smr-out/roll --to vtt --out roll.vtt
    """
    from smr_vision.exchange import export as export_session

    for written in export_session(session, to, out, moves):
        print(shown(written))


@app.command()
def history(
    *,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One person, with the trend.")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for programs, as JSON.")] = False,
    db: DbOption = None,
) -> None:
    """Show the sessions kept, of everybody or of one person.

    \b
    Examples:
      smr history
      smr history Ana
      smr history Ana --html ana.html
      smr history --json
    """
    from smr_vision.cli.history import show_history
    from smr_vision.store import Store

    with Store(db) as store:
        show_history(store, name, as_json=as_json, html=html)


@app.command()
def forget(name: Annotated[str, typer.Argument(metavar="NAME", help="Who.")], db: DbOption = None) -> None:
    """Delete a person from the history, with the files smr wrote for them. Your own clips stay.

    \b
    Example:
      smr forget Ana
    """
    from smr_vision.cli.history import show_forget
    from smr_vision.store import Store

    with Store(db) as store:
        show_forget(store, name)


@app.command()
def desk(
    *,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="Where clips and results are kept.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, metavar="N", help="A port of your own.")
    ] = None,
    lan: Annotated[bool, typer.Option("--lan", help="Let phones in this network send clips.")] = False,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    shortcut: Annotated[bool, typer.Option("--shortcut", help="Put an entry on your desktop, and end.")] = False,
    db: DbOption = None,
) -> None:
    """Roll now, clips, people and reports in the browser, on this machine alone. Runs until Ctrl-C.

    \b
    Examples:
      smr desk
      smr desk --data studio --no-browser
      smr desk --shortcut
    """
    if shortcut:
        from smr_vision.desk.shortcut import UNTRIED, make_shortcut

        for path in make_shortcut(Path.home()):
            print(path)
        if sys.platform != "linux":
            print(UNTRIED)
        return
    from smr_vision.desk.launch import run_desk
    from smr_vision.store import default_db

    run_desk((data or default_db().parent).absolute(), port=port, browser=browser, lan=lan, db=db)


@app.command()
def doctor() -> None:
    """Look at what `smr live` needs: cameras, pose model, sound, display, disk. Says what to fix.

    \b
    Example:
      smr doctor
    """
    from smr_vision.live.doctor import run

    raise typer.Exit(run())
