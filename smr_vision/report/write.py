"""Form reports: what a trainer sends to a client, as HTML, PDF or a table.

Everything here is imported only when a report is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smr_vision.errors import UsageError

if TYPE_CHECKING:
    from smr_vision.moves import Move
    from smr_vision.report.brand import Brand
    from smr_vision.report.html import ReportKind
    from smr_vision.session import Session

__all__ = ["write_report"]


def write_report(
    sessions: Sequence[Path],
    out: Path,
    *,
    note: str | None = None,
    trainer: str | None = None,
    dismiss: Sequence[str] = (),
    embed_clip: bool = False,
    history: Sequence[Session] = (),
    moves: Path | Mapping[str, Move] | None = None,
    kind: ReportKind = "full",
    since: Path | None = None,
    brand: Brand | None = None,
) -> Path:
    """Write the report of one `session.json`, or of several side by side; `out`'s ending chooses the form.

    `dismiss` names faults the trainer sets aside (`CHECK` or `CHECK@SECONDS`); that is kept in session.json.
    `history` holds earlier sessions, for the progress; `since` is the `session.json` of one that this session is held
    against. `brand` is a practice's own name, logo and colours. `moves` is a folder with the trainer's own moves, or
    all moves as they were loaded.
    """
    from smr_vision.corrections import corrected  # noqa: PLC0415
    from smr_vision.report.cards import load_cards  # noqa: PLC0415 - `smr --help` needs none of this
    from smr_vision.report.dismissals import dismissed  # noqa: PLC0415
    from smr_vision.report.facts import session_facts  # noqa: PLC0415
    from smr_vision.report.forms import FORMS, Extras  # noqa: PLC0415
    from smr_vision.runtime.atomic_write import atomic_write  # noqa: PLC0415
    from smr_vision.session import read_session  # noqa: PLC0415

    write = FORMS.get(out.suffix.lower())
    if write is None:
        raise UsageError(f"A report can be {', '.join(FORMS)}, not {out.suffix or 'without an ending'}. Change --out.")
    if not sessions:
        raise UsageError("Name at least one session.json, as `smr analyse` wrote it.")
    if kind == "page" and len(sessions) > 1:
        raise UsageError("A report of one page is of one session. Name one, or leave --kind away to compare them.")
    if kind != "full" and (embed_clip or out.suffix.lower() == ".csv"):
        raise UsageError("Only the full report has a clip or is a table. Leave --kind away.")
    records = [read_session(path) for path in sessions]
    if dismiss:
        records = dismissed(records, sessions, dismiss, trainer)
    records = [corrected(record, path.parent) for record, path in zip(records, sessions, strict=True)]
    cards = load_cards(moves)
    facts = [session_facts(record, path.parent, cards) for record, path in zip(records, sessions, strict=True)]
    if since is not None:
        facts.insert(0, session_facts(corrected(read_session(since), since.parent), since.parent, cards))
    extras = Extras(note, trainer, embed_clip, kind=kind, brand=brand)
    content = write(facts, out, list(history), extras)
    atomic_write(out, content)
    return out
