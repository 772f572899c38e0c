"""The pose model: real on a few pictures, and a stand-in for MediaPipe where only our side counts."""

import hashlib
import logging
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from smr_vision.errors import DeviceError, ModelError
from smr_vision.pose import LANDMARKS, MediaPipePose, Pose, model_path
from smr_vision.pose import landmarker as pose
from smr_vision.runtime import machine as models
from smr_vision.video import ClipReader, Frame

ROOT = Path(__file__).parents[2]
GREY = np.full((48, 64, 3), 128, np.uint8)


def test_landmarks_are_mediapipes() -> None:
    assert len(LANDMARKS) == 33
    assert list(LANDMARKS.values()) == list(range(33))
    assert (LANDMARKS["nose"], LANDMARKS["left_shoulder"], LANDMARKS["right_foot_index"]) == (0, 11, 32)


def test_nobody() -> None:
    empty = Pose.nobody(1.5)
    assert not empty.found
    assert (empty.t, empty.xy.shape, empty.world.shape, empty.visibility.shape) == (1.5, (33, 2), (33, 3), (33,))
    assert np.isnan(empty.xy).all()
    assert not empty.visibility.any()


def test_models_are_the_ones_whose_origin_is_told() -> None:
    sums = dict(reversed(line.split()) for line in (ROOT / "models/SHA256SUMS").read_text().splitlines())
    ours = {"roller.onnx", "sway_wall.onnx", "sway_seat.onnx"}
    assert set(sums) == ours | {f"pose_landmarker_{name}.task" for name in ("lite", "full", "heavy")}
    for name, digest in sums.items():
        assert hashlib.sha256((ROOT / "models" / name).read_bytes()).hexdigest() == digest


def test_importing_pose_does_not_import_mediapipe() -> None:
    code = "import sys, smr_vision.pose; sys.exit('mediapipe' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.model
def test_finds_the_person_of_a_sample_clip() -> None:
    with ClipReader(ROOT / "samples/videos/thoracic_good.mp4", 5.0, 5.3) as clip, MediaPipePose("lite") as source:
        poses = [source.detect(frame) for frame in clip]
    assert all(p.found for p in poses)
    last = poses[-1]
    assert (last.xy.dtype, last.world.dtype, last.visibility.dtype) == (np.float64, np.float64, np.float64)
    hips = last.xy[[LANDMARKS["left_hip"], LANDMARKS["right_hip"]]].mean(axis=0)
    assert 0 < hips[0] < clip.info.width
    assert 0 < hips[1] < clip.info.height
    assert np.abs(last.world[[LANDMARKS["left_hip"], LANDMARKS["right_hip"]]].mean(axis=0)).max() < 0.05
    assert last.visibility.min() >= 0
    assert last.visibility.max() <= 1


@pytest.mark.model
def test_grey_picture_holds_nobody() -> None:
    with MediaPipePose("lite") as source:
        assert not source.detect(Frame(0.0, GREY)).found


@pytest.mark.model
def test_mediapipes_own_messages_stay_off_the_terminal(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "smr_vision.pose"), MediaPipePose("lite") as source:
        source.detect(Frame(0.0, GREY))
        os.write(2, b"ours again\n")
    assert capfd.readouterr().err == "ours again\n"
    assert any("mediapipe:" in record.getMessage() for record in caplog.records)


@pytest.mark.model
def test_same_frames_give_the_same_pose() -> None:
    with ClipReader(ROOT / "samples/videos/thoracic_good.mp4", 5.0, 5.2) as clip:
        frames = list(clip)
    runs = []
    for _ in range(2):
        with MediaPipePose("lite") as source:
            runs.append([source.detect(frame) for frame in frames])
    for first, second in zip(*runs, strict=True):
        assert np.array_equal(first.xy, second.xy)
        assert np.array_equal(first.world, second.world)


def damaged_bundle(folder: Path, kind: str) -> Path:
    whole = model_path("lite").read_bytes()
    bundle = folder / f"{kind}.task"
    if kind == "cut":
        bundle.write_bytes(whole[: len(whole) // 2])
    elif kind == "flipped":
        middle = len(whole) // 2
        bundle.write_bytes(whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :])
    elif kind == "text":
        bundle.write_text("<html>404 not found</html>")
    elif kind == "empty":
        bundle.touch()
    else:
        networks = {
            "other zip": ["readme.txt"],
            "half": ["pose_detector.tflite"],
            "rubbish": ["pose_detector.tflite", "pose_landmarks_detector.tflite"],
        }
        with zipfile.ZipFile(bundle, "w") as out:
            for name in networks[kind]:
                out.writestr(name, b"rubbish" * 100)
    return bundle


@pytest.mark.parametrize("kind", ["cut", "flipped", "text", "empty", "other zip", "half", "rubbish"])
def test_damaged_model(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ModelError, match=r"is damaged or no pose model\. .*") as caught:
        MediaPipePose(damaged_bundle(tmp_path, kind)).__enter__()
    assert "\n" not in str(caught.value)


def test_missing_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="There is no pose model"):
        MediaPipePose(tmp_path / "gone.task").__enter__()
    with pytest.raises(ModelError, match="can't be read"):
        MediaPipePose(tmp_path).__enter__()
    monkeypatch.setattr(models, "__file__", str(tmp_path / "smr_vision" / "runtime" / "models.py"))
    with pytest.raises(ModelError, match=r"pose_landmarker_full\.task is missing"):
        MediaPipePose("full").__enter__()


def test_installed_package_carries_its_own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried = tmp_path / "smr_vision/_models/pose_landmarker_lite.task"
    carried.parent.mkdir(parents=True)
    carried.touch()
    monkeypatch.setattr(models, "__file__", str(tmp_path / "smr_vision" / "runtime" / "models.py"))
    assert model_path("lite") == carried


def test_machine_without_mediapipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)  # as if it were not installed
    with pytest.raises(DeviceError, match=r"MediaPipe does not run here .* It needs Linux x86-64") as caught:
        MediaPipePose("lite").__enter__()
    assert "\n" not in str(caught.value)


class FakeLandmarker:
    """What MediaPipe gives us, without a model."""

    def __init__(self) -> None:
        self.stamps: list[int] = []
        self.closed = False

    def detect_for_video(self, image: object, stamp_ms: int) -> SimpleNamespace:
        self.stamps.append(stamp_ms)
        point = SimpleNamespace(x=0.5, y=0.25, z=0.1, visibility=0.75)
        return SimpleNamespace(pose_landmarks=[[point] * 33], pose_world_landmarks=[[point] * 33])

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def landmarker(monkeypatch: pytest.MonkeyPatch) -> FakeLandmarker:
    """A `FakeLandmarker` in the place of MediaPipe's."""
    fake = FakeLandmarker()
    vision = SimpleNamespace(
        PoseLandmarkerOptions=SimpleNamespace,
        RunningMode=SimpleNamespace(VIDEO="video"),
        PoseLandmarker=SimpleNamespace(create_from_options=lambda options: fake),
    )
    module = SimpleNamespace(
        tasks=SimpleNamespace(vision=vision, BaseOptions=SimpleNamespace),
        Image=SimpleNamespace,
        ImageFormat=SimpleNamespace(SRGB=1),
    )
    monkeypatch.setattr(pose, "_import_mediapipe", lambda: module)
    return fake


def test_times_are_whole_milliseconds_that_always_grow(landmarker: FakeLandmarker) -> None:
    with MediaPipePose("lite") as source:
        for t in (0.0, 0.0002, 0.0334, 0.0335, 0.0336, 0.5):
            source.detect(Frame(t, GREY))
    assert landmarker.stamps == [0, 1, 33, 34, 35, 500]


def test_places_are_pixels_of_the_frame(landmarker: FakeLandmarker) -> None:
    with MediaPipePose("lite") as source:
        found = source.detect(Frame(2.0, GREY))
    assert found.t == 2.0
    assert found.xy[7].tolist() == [32.0, 12.0]
    assert found.world[7].tolist() == [0.5, 0.25, 0.1]
    assert found.visibility[7] == 0.75


def test_closed_source_does_not_say_nobody(landmarker: FakeLandmarker) -> None:
    source = MediaPipePose("lite")
    with pytest.raises(RuntimeError, match="outside its 'with' block"):
        source.detect(Frame(0.0, GREY))
    with source:
        pass
    assert landmarker.closed
    with pytest.raises(RuntimeError, match="outside its 'with' block"):
        source.detect(Frame(0.0, GREY))


def test_stderr_comes_back_after_a_failure(
    landmarker: FakeLandmarker, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(_image: object, _stamp: int) -> None:
        os.write(2, b"noise\n")
        raise RuntimeError("native failure")

    monkeypatch.setattr(landmarker, "detect_for_video", fail)
    with pytest.raises(RuntimeError, match="native failure"), MediaPipePose("lite") as source:
        source.detect(Frame(0.0, GREY))
    os.write(2, b"ours again\n")
    assert capfd.readouterr().err == "ours again\n"


def test_works_without_stderr(landmarker: FakeLandmarker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with MediaPipePose("lite") as source:
        assert source.detect(Frame(0.0, GREY)).found
