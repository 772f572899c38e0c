"""The committed clips: there, small, playable, and with the truth that their scenes give today."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest

from samples.studio.film import Performance, scene_camera
from samples.studio.scene import SCENES, load_scene

VIDEOS = Path(__file__).resolve().parents[2] / "samples" / "videos"
NAMES = sorted(p.stem for p in SCENES.glob("*.toml"))


def test_every_scene_has_its_clip_and_all_are_small() -> None:
    clips = sorted(VIDEOS.glob("*.mp4"))
    assert [p.stem for p in clips] == NAMES
    sizes = [p.stat().st_size for p in clips]
    assert max(sizes) <= 1_200_000
    assert sum(sizes) <= 12_000_000
    assert 10 <= len(clips) <= 14


@pytest.mark.parametrize("name", NAMES)
def test_clip_plays_in_a_browser_and_is_as_long_as_its_truth(name: str) -> None:
    truth = json.loads((VIDEOS / f"{name}.json").read_text())
    data = (VIDEOS / f"{name}.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(VIDEOS / f"{name}.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert [stream.width, stream.height] == truth["resolution"]
        assert stream.average_rate == truth["fps"]
        count = sum(1 for _ in container.decode(stream))
    assert count == truth["frames"] == len(truth["frames_truth"]["t"])
    assert 8 <= count / truth["fps"] <= 25.2


@pytest.mark.parametrize("name", NAMES)
def test_committed_truth_is_what_the_scene_gives(name: str) -> None:
    scene = load_scene(SCENES / f"{name}.toml")
    truth = json.loads((VIDEOS / f"{name}.json").read_text())
    performance = Performance(scene)
    assert truth["frames"] == round(performance.timeline.duration * scene.fps)
    for k in np.linspace(0, truth["frames"] - 1, 6).astype(int):
        frame = performance.frame(k / scene.fps)
        told = truth["frames_truth"]["contact"][k]
        assert (told is None) == (frame.contact is None)
        if frame.contact is not None:
            assert told == pytest.approx(frame.contact, abs=2e-3)
        camera = scene_camera(scene, performance.sway, frame.t)
        for joint in ("knee_L", "hip_R", "shoulder_L"):
            assert truth["joints_px"][joint][k] == pytest.approx(
                camera.project(frame.pose.joint(joint))[:2].tolist(), abs=0.5
            )
