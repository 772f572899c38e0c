"""Open formats, checked by readers that others wrote, and read back."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas
import pytest
import trc
import webvtt
from pydantic import BaseModel

import smr_vision as smr
from smr_vision.exchange.captions import captions_text, chapters_text
from smr_vision.exchange.export import landmarks_of
from smr_vision.exchange.table import COLUMNS, parse_table, table_text
from smr_vision.exchange.trc import MARKERS, parse_trc, trc_text
from smr_vision.moves import load_moves
from smr_vision.pose import LANDMARKS
from smr_vision.session import Fault, Hold, Pass, Set
from tests.people import Camera, calf, pose, zigzag
from tests.report.sample import make_session, make_set

MOVES = load_moves()
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "videos" / "calf_good.mp4"


def recording(seconds: float = 12.0) -> smr.LandmarkRecording:
    """A stick figure that rolls its calf; nobody in one moment."""
    poses = [pose(calf("right", zigzag(k / 10, 0.25, 0.75, 2.0)), k / 10, Camera()) for k in range(int(10 * seconds))]
    poses[7] = smr.Pose.nobody(0.7)
    columns = (np.array([getattr(p, name) for p in poses]) for name in ("t", "world", "xy", "visibility"))
    return smr.LandmarkRecording(*columns)


def last(landmarks: smr.LandmarkRecording) -> Any:
    results = list(smr.Pipeline(move="calf", side="right").run(landmarks))
    assert len(results) == len(landmarks)
    return results[-1].feedback


def test_a_trc_is_read_by_others(tmp_path: Path) -> None:
    ours = recording()
    path = tmp_path / "roll.trc"
    path.write_text(trc_text(ours, path.name), encoding="utf-8")
    read = trc.TRCData()
    read.load(str(path))
    assert read["Units"] == "m"
    assert read["Markers"] == list(MARKERS)
    assert read["NumFrames"] == len(ours)
    hip, knee = (np.array(read[name]) for name in ("RHip", "RKnee"))
    wanted = (ours.world[:, LANDMARKS["right_knee"]] - ours.world[:, LANDMARKS["right_hip"]]) * (1, -1, -1)
    assert np.allclose(knee - hip, wanted, atol=2e-6, equal_nan=True)
    assert np.isnan(hip[7]).all()


def test_on_the_axes_of_opensim_up_is_up_and_the_person_moves() -> None:
    ours = recording()
    back = parse_trc(trc_text(ours, "roll.trc"))
    assert np.allclose(back.world, ours.world, atol=2e-5, equal_nan=True)
    hips = back.xy[:, [LANDMARKS["left_hip"], LANDMARKS["right_hip"]]].mean(axis=1)
    seen = np.isfinite(hips).all(axis=1)
    then = ours.xy[:, [LANDMARKS["left_hip"], LANDMARKS["right_hip"]]].mean(axis=1)
    assert np.corrcoef(hips[seen, 0], then[seen, 0])[0, 1] > 0.999


def test_a_csv_is_tidy_and_read_by_others() -> None:
    ours = recording(3.0)
    table = pandas.read_csv(io.StringIO(table_text(ours)))
    assert tuple(table.columns) == COLUMNS
    assert len(table) == len(ours) * len(LANDMARKS)
    nose = table[table.landmark == "nose"]
    assert np.allclose(nose.x_px, ours.xy[:, 0, 0], atol=1e-4, equal_nan=True)


def test_what_was_written_coaches_as_what_was_seen() -> None:
    ours = recording()
    first = last(ours)
    assert first.pass_count == 6
    by_table, by_markers = last(parse_table(table_text(ours))), last(parse_trc(trc_text(ours, "roll.trc")))
    assert by_table.pass_count == first.pass_count
    assert by_table.time_on_target_s == pytest.approx(first.time_on_target_s, abs=0.2)
    assert abs(by_markers.pass_count - first.pass_count) <= 1


def test_knee_angles_come_through() -> None:
    ours = recording(4.0)
    angles = [
        [r.body.measures["knee_angle_right"] for r in smr.Pipeline(move="calf").run(landmarks) if r.body is not None]
        for landmarks in (ours, parse_table(table_text(ours)), parse_trc(trc_text(ours, "roll.trc")))
    ]
    assert np.allclose(angles[0], angles[1], atol=0.5, equal_nan=True)
    assert np.allclose(angles[0], angles[2], atol=0.5, equal_nan=True)


def test_captions_and_chapters_are_read_by_others() -> None:
    one = make_set("calf", "left", passes=6)
    nasty = one.model_copy(
        update={"faults": tuple(f.model_copy(update={"cue": "a --> b & <i>c</i>"}) for f in one.faults)}
    )
    session = make_session(nasty)
    captions = webvtt.from_string(captions_text(session, MOVES))
    assert len(captions) == len(one.passes) + len(one.holds) + len(one.faults)
    assert all(cue.end_in_seconds > cue.start_in_seconds for cue in captions)
    raw = captions_text(session, MOVES)
    assert raw.count("-->") == len(captions)  # none in a text
    assert "a --&gt; b &amp; &lt;i&gt;c" in raw
    (chapter,) = webvtt.from_string(chapters_text(session, MOVES))
    assert chapter.text == f"{MOVES['calf'].title}, left, {one.pass_count} passes"


def test_the_schema_is_that_of_the_sessions_and_in_the_docs() -> None:
    schema = json.loads((ROOT / "docs/session.schema.json").read_text(encoding="utf-8"))
    assert schema == smr.Session.model_json_schema(by_alias=True), "make it again: python -m scripts.schema"
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    session = make_session(make_set())
    validator(schema).validate(session.to_dict())
    with pytest.raises(jsonschema.ValidationError):
        validator(schema).validate({**session.to_dict(), "sets": 3})


def test_a_session_as_tables() -> None:
    session = make_session(make_set(passes=4), make_set("calf", "left"))
    sets = session.to_frame()
    assert list(sets.pass_count) == [s.pass_count for s in session.sets]
    assert len(session.to_frame("passes")) == sum(len(s.passes) for s in session.sets)
    assert set(session.to_frame("faults").columns) >= {"set", "check", "start_s"}
    with pytest.raises(smr.UsageError, match="Choose one of"):
        session.to_frame("sessions")  # type: ignore[arg-type]


def test_without_pandas_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(smr.UsageError, match="pip install pandas"):
        make_session().to_frame()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.txt", "x", "from .trc and .csv"), ("a.trc", "x", "no TRC file"),
        ("a.csv", "a,b\n1,2\n", "columns are missing"),
        ("a.csv", ",".join(COLUMNS) + "\n", "holds no row"),
        ("a.csv", ",".join(COLUMNS) + "\n0,nose,1,1,1,1,1,1\n", "left_eye_inner is missing at 0.000 s"),
        ("a.csv", ",".join(COLUMNS) + "\nx,nose,1,1,1,1,1,1\n", "line 2, t_s: 'x' is no number"),
        ("a.csv", ",".join(COLUMNS) + '\n0,nose,1,1,1,1,1,1\n0,nose,1,"0,5",1,1,1,1\n', "line 3, y_m: '0,5' .* point"),
        ("a.csv", ",".join(COLUMNS) + "\n0,nose,0,5,1,0,5,1,1,1,1\n", "line 2 has more cells .* a point"),
        ("a.csv", ",".join(COLUMNS) + "\n0\n", "line 2 names no landmark"),
        ("a.csv", ";".join(COLUMNS) + "\n0;nose;1;1;1;1;1;1\n", "by semicolons"),
        ("a.csv", "T_s" + ",".join(COLUMNS)[3:] + "\n", 'columns are missing: t_s. Did you mean "T_s"'),
        ("a.csv", ",".join(COLUMNS) + "\n0,Nose,1,1,1,1,1,1\n", 'nose is missing at 0.000 s. Did you mean "Nose"'),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_told_in_a_line(name: str, text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(smr.InputError, match=said) as told:
        smr.read_landmarks(tmp_path / name)
    assert "\n" not in str(told.value)


def test_a_trc_cut_in_a_row_or_without_a_marker_is_told(tmp_path: Path) -> None:
    whole = trc_text(recording(1.0), "a.trc")
    for text, said in ((whole[:-200], "fewer cells"), (whole.replace("RKnee", "Knee?"), "markers are missing: RKnee")):
        (tmp_path / "a.trc").write_text(text, encoding="utf-8")
        with pytest.raises(smr.InputError, match=said):
            smr.read_landmarks(tmp_path / "a.trc")


def test_landmarks_of_wrong_shape_or_times_are_refused() -> None:
    ours = recording(1.0)
    with pytest.raises(smr.UsageError, match="shapes"):
        replace(ours, world=ours.xy)
    with pytest.raises(smr.UsageError, match="grow"):
        replace(ours, t=ours.t[::-1])


def test_a_folder_without_poses_says_so(tmp_path: Path) -> None:
    make_session(make_set()).write(tmp_path / "session.json")
    with pytest.raises(smr.InputError, match="no poses are kept"):
        smr.export(tmp_path, "trc")
    with pytest.raises(smr.UsageError, match="no such format"):
        smr.export(tmp_path, "bvh")
    assert [p.name for p in smr.export(tmp_path, "vtt")] == ["session.vtt", "session.chapters.vtt"]
    (written,) = smr.export(tmp_path / "session.json", "json")
    assert smr.Session.load(written) == smr.Session.load(tmp_path)
    assert written.name != "session.json"
    with pytest.raises(smr.OutputError, match="can't be written"):
        smr.export(tmp_path, "vtt", tmp_path / "nowhere" / "a.vtt")


@pytest.mark.slow
@pytest.mark.model
def test_a_clip_exported_and_read_back_gives_its_passes(tmp_path: Path) -> None:
    session = smr.analyse(SAMPLE, move="calf", model="lite", out=tmp_path)
    folder = next(tmp_path.iterdir())
    (table,) = smr.export(folder, "csv")
    landmarks = smr.read_landmarks(table)
    assert len(landmarks) == len(landmarks_of(folder))
    assert abs(last(landmarks).pass_count - session.totals.pass_count) <= 1


def test_a_landmark_without_a_place_is_named_with_its_moment(tmp_path: Path) -> None:
    ours = recording(1.0)
    lines = table_text(ours).splitlines()
    row = next(i for i, line in enumerate(lines) if f"{ours.t[5]:.6f},left_knee" in line)
    t, name, *_ = lines[row].split(",")
    lines[row] = f"{t},{name},,,,,,0"
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(smr.InputError, match=rf"left_knee has no place \(NaN\) at {float(t):.3f} s"):
        smr.read_landmarks(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("rows", "kind"), [("sets", Set), ("passes", Pass), ("holds", Hold), ("faults", Fault)]
)  # fmt: skip
def test_a_table_has_the_same_columns_however_many_rows_there_are(rows: Any, kind: type[BaseModel]) -> None:
    none = make_session().to_frame(rows)
    some = make_session(make_set(), make_set(faulty=False)).to_frame(rows)
    assert len(none) == 0 < len(some)
    assert none.dtypes.to_dict() == some.dtypes.to_dict()
    assert {str(kind) for kind in none.dtypes} <= {"int64", "float64", "object"}
    if rows != "sets":
        assert [*none.columns] == ["set", "move", "side", *kind.model_fields]


def test_a_session_of_landmarks_alone_says_what_was_not_judged() -> None:
    """No fault of safety told is no good form."""
    session = smr.analyse(recording(12.0), move="calf")
    (note,) = session.notes
    assert note.startswith("without pictures the roller or ball can't be seen: its place is assumed, and ")
    unjudged = [name for name, time in session.sets[0].checks.items() if time.ok_s + time.fault_s == 0]
    assert unjudged
    titles = ", ".join(load_moves()["calf"].by_id[name].title for name in unjudged)
    assert note.endswith(f"{len(unjudged)} of 4 checks not judged: {titles}")
