#!/bin/sh
# MediaPipe Pose: black bars beside a picture move the metres of the person in it.
#
# Versions: mediapipe 0.10.21 (with the models in its wheel), scikit-image 0.25.2 (for the picture), numpy 1.26.4,
#           Linux x86_64. PoseLandmarker of 0.10.31 does the same; its models are in no package.
# Input:    `skimage.data.camera()`, a man standing at a camera, looked at as a single picture: as it is; in the middle of a
#           black picture twice as wide, where each of his pixels is what it was; and twice as high.
# Expected: world landmarks, metres from the hips, differ by some millimetres at most: bars show nothing of him.
# Seen:     their median moves by centimetres. The detector sees the whole picture shrunk to 224 pixels, so with bars the person
#           is smaller for it, and where it says he is decides what the landmark net looks at.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mediapipe==0.10.21 scikit-image==0.25.2 numpy==1.26.4
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON' 2>/dev/null
import mediapipe as mp
import numpy as np
from skimage.data import camera

picture = np.repeat(camera()[..., None], 3, axis=2)
half = picture.shape[0] // 2


def metres(image):
    with mp.solutions.pose.Pose(static_image_mode=True, model_complexity=1) as pose:
        found = pose.process(np.ascontiguousarray(image)).pose_world_landmarks
    return np.array([(p.x, p.y, p.z) for p in found.landmark])


plain = metres(picture)
assert np.allclose(plain, metres(picture), atol=1e-4), "the same picture gives the same metres"
moved = {
    "twice as wide": metres(np.pad(picture, ((0, 0), (half, half), (0, 0)))),
    "twice as high": metres(np.pad(picture, ((half, half), (0, 0), (0, 0)))),
}
for name, found in moved.items():
    apart = 100 * np.linalg.norm(found - plain, axis=1)
    print(f"{name}: landmarks {np.median(apart):.1f} cm from where they were, one {apart.max():.1f} cm")
    assert np.median(apart) > 1, "no longer so"
PYTHON
echo "as described"
