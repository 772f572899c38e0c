"""The loop that tutorials teach: OpenCV reads, MediaPipe detects, OpenCV draws and writes, one picture at a time."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cv2
import mediapipe as mp

from smr_vision.pose import model_path

LIMBS = mp.tasks.vision.PoseLandmarksConnections.POSE_LANDMARKS


def plain(clip: Path, model: str) -> int:
    """Write an annotated copy of a clip; how many pictures it has."""
    vision = mp.tasks.vision
    options = vision.PoseLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(model_asset_path=str(model_path(model))),  # type: ignore[arg-type]
        running_mode=vision.RunningMode.VIDEO,
    )
    capture = cv2.VideoCapture(str(clip))
    fps = capture.get(cv2.CAP_PROP_FPS)
    width, height = (int(capture.get(k)) for k in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    count = 0
    with tempfile.TemporaryDirectory() as out, vision.PoseLandmarker.create_from_options(options) as landmarker:
        writer = cv2.VideoWriter(f"{out}/out.mp4", cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
        while True:
            ok, image = capture.read()
            if not ok:
                break
            rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
            result = landmarker.detect_for_video(
                mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb), round(1000 * count / fps)
            )
            for landmarks in result.pose_landmarks:
                at = [(round(p.x * width), round(p.y * height)) for p in landmarks]
                for limb in LIMBS:
                    cv2.line(image, at[limb.start], at[limb.end], (255, 255, 255), 2)
                for point in at:
                    cv2.circle(image, point, 4, (0, 255, 0), -1)
            writer.write(image)
            count += 1
        writer.release()
    capture.release()
    return count
