"""Makes up sessions that look like real ones: the record, the series a frame, and small pictures."""

from __future__ import annotations

import csv
import math
import re
import struct
import zlib
from pathlib import Path
from typing import Any

from smr_vision.session import (
    CheckTime,
    Discomfort,
    Fault,
    Hold,
    Pass,
    Recognised,
    Session,
    Set,
    Source,
    Totals,
    Tracking,
    ZoneTime,
)
from smr_vision.session.set_record import passes_of

FPS = 20
COLUMNS = (
    "t_s", "phase", "move", "side", "contact", "contact_source", "zone", "on_target", "knee_angle_left",
    "knee_angle_right", "hip_angle_left", "hip_angle_right", "trunk_tilt", "hip_height", "roller_x", "roller_y",
    "roller_radius", "roller_x2", "roller_y2", "pass_count",
)  # fmt: skip

# Move, turning points along the segment, directions, length of the segment in cm, checks and the fault that is made up.
SHAPES: dict[str, dict[str, Any]] = {
    "thoracic": {
        "low": -0.05, "high": 0.42, "ways": ("down", "up"), "cm": 52.0,
        "checks": ("off_lower_back", "hips_lifted", "hands_behind_head", "knees_90", "slow"),
        "fault": ("hips_lifted", "form", 0.081, "hips at least a hand above the floor", "Lift your hips"),
    },
    "pectoral": {
        "low": 0.35, "high": 0.98, "ways": ("left", "right"), "cm": 19.0,
        "checks": ("leaning_in", "rocking", "slow"),
        "fault": ("leaning_in", "form", 2.0, "lean 5 to 20 degrees towards the wall", "Lean in gently"),
    },
    "calf": {
        "low": 0.12, "high": 0.78, "ways": ("down", "up"), "cm": 41.0,
        "checks": ("leg_crossed", "hips_lifted", "full_range", "slow"),
        "fault": ("leg_crossed", "form", None, "other ankle over the shin", "Cross your other leg over"),
    },
    "glute": {
        "low": -0.3, "high": 0.3, "ways": ("down", "up"), "cm": 28.0,
        "checks": ("ankle_crossed", "rolled_to_side", "slow"),
        "fault": ("rolled_to_side", "form", 4.0, "pelvis rolled 15 to 40 degrees", "Tip to the crossed side"),
    },
}  # fmt: skip


def make_set(
    move: str = "thoracic", side: Any = None, *, start_s: float = 1.0, passes: int = 8, pass_s: float = 4.2,
    faulty: bool = True, discomfort: tuple[int | None, int | None] | None = None, picture: str | None = None,
    on_target_s: float | None = None,
) -> Set:  # fmt: skip
    shape = SHAPES[move]
    extent = shape["high"] - shape["low"]
    first = start_s + 2.0
    length = passes * pass_s
    end_s = first + length + 1.0
    fault = shape["fault"]
    late = first + 0.6 * length
    faults = []
    if faulty:
        faults.append(
            Fault(
                check=fault[0], severity=fault[1], start_s=late, end_s=late + 3.4, decided_s=late + 0.9,
                measured=fault[2], target=fault[3], cue=fault[4], picture=picture, picture_t_s=late + 1.0,
            )
        )  # fmt: skip
    checks = {name: CheckTime(ok_s=length + 2, fault_s=0, unknown_s=1.0) for name in shape["checks"]}
    if faulty:
        checks[fault[0]] = CheckTime(ok_s=length - 1.4, fault_s=3.4, unknown_s=1.0)
    last = list(checks)[-2]
    if last != fault[0]:
        checks[last] = CheckTime(ok_s=0, fault_s=0, unknown_s=length + 3)
    return Set(
        move=move, side=side, start_s=start_s, end_s=end_s, view="side",
        passes=tuple(
            Pass(
                start_s=first + i * pass_s, end_s=first + (i + 1) * pass_s, direction=shape["ways"][i % 2],
                extent=extent,
                speed_cm_s=extent * shape["cm"] / pass_s * (1 + 0.25 * math.sin(i)),
            )
            for i in range(passes)
        ),
        pass_count=passes, time_on_target_s=length - 3.4 if on_target_s is None else on_target_s,
        time_by_zone_s=ZoneTime(green=0.86 * length, amber=0.12 * length, red=0.02 * length),
        holds=(Hold(start_s=first + pass_s - 1.5, end_s=first + pass_s + 3.5, along=shape["high"]),),
        checks=checks, faults=tuple(faults),
        discomfort=Discomfort(before=discomfort[0], after=discomfort[1]) if discomfort else None,
    )  # fmt: skip


def make_session(*sets: Set, **changes: Any) -> Session:
    end = max((s.end_s for s in sets), default=20.0) + 1.0
    moves, sides = {s.move for s in sets}, {s.side for s in sets}
    values: dict[str, Any] = {
        "recorded_at": "2026-11-20T18:05:00+00:00", "person": "Ana Kovač", "tool": "roller", "strictness": "standard",
        "notes": (), "versions": {"smr-vision": "0.1.0"}, "complete": True,
        "source": Source(path="clips/evening roll.mp4", width=854, height=480, duration_s=end, frames=int(end * FPS)),
        "move": next(iter(moves)) if len(moves) == 1 else None,
        "side": next(iter(sides)) if len(sides) == 1 else None,
        "recognised": Recognised(move=next(iter(moves)), side=None, confidence=0.93) if len(moves) == 1 else None,
        "tracking": Tracking(pose_share=0.98, view="side", contact_source="mixed", contact_seen_share=0.86),
        "sets": sets,
        "totals": Totals(
            pass_count=passes_of(sets), time_on_target_s=sum(s.time_on_target_s for s in sets),
            duration_s=end, faults=sum(len(s.faults) for s in sets),
        ),
    }  # fmt: skip
    return Session(**{**values, **changes})


def write_folder(folder: Path, session: Session, *, series: bool = True, pictures: bool = True) -> Path:
    """A session's folder as `smr analyse` leaves it; gives the path of session.json."""
    folder.mkdir(parents=True, exist_ok=True)
    if series:
        write_series(folder / "series.csv", session)
    if pictures:
        (folder / "faults").mkdir(exist_ok=True)
        for fault in (f for s in session.sets for f in s.faults if f.picture):
            (folder / str(fault.picture)).write_bytes(png(48, 27, (90, 140, 150)))
        (folder / "setup.jpg").write_bytes(png(48, 27, (150, 140, 90)))
    path = folder / "session.json"
    session.write(path)
    return path


def write_series(path: Path, session: Session) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for i in range(int(session.source.duration_s * FPS)):
            t = i / FPS
            row: dict[str, object] = {"t_s": f"{t:.3f}", "phase": "out"}
            here = next((s for s in session.sets if s.start_s <= t <= s.end_s), None)
            if here:
                row |= _frame(here, t)
            writer.writerow(row)


def _frame(s: Set, t: float) -> dict[str, object]:
    shape = SHAPES.get(s.move, SHAPES["thoracic"])
    middle, half = (shape["low"] + shape["high"]) / 2, (shape["high"] - shape["low"]) / 2
    first, pass_s = s.passes[0].start_s, s.passes[0].end_s - s.passes[0].start_s
    swing = -math.cos(math.pi * max(0.0, t - first) / pass_s)
    wobble = 0.02 * math.sin(11 * t)
    return {
        "phase": "rolling", "move": s.move, "side": s.side or "", "contact": f"{middle + half * swing + wobble:.4f}",
        "contact_source": "seen", "knee_angle_left": f"{92 + 18 * swing + 2 * math.sin(7 * t):.1f}",
        "knee_angle_right": "" if 6 < t < 9 else f"{96 + 16 * swing:.1f}",
    }  # fmt: skip


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A plain picture, made without any picture library."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has, with its objects in streams as WeasyPrint writes them."""
    assert pdf.startswith(b"%PDF")
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    texts = [zlib.decompress(s) for s in streams if s.startswith(b"x")]
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", text)) for text in (pdf, *texts))
