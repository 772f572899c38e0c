#!/bin/sh
# MediaPipe Pose: black beside a picture moves the pose by centimetres, in metres of the body itself.
#
# Versions: MediaPipe 0.10.21 with the pose model in its wheel (the Tasks API of 0.10.31 does the same), numpy 1.26.4,
#           Python 3.11, Linux x86_64.
# Input:    a man who walks, whole and well to be seen, cut out of a photograph in the wheel of ultralytics 8.3.150:
#           240 x 540 pixels; the same with black at both sides, three and four times as wide, as when a film of a phone
#           is put into a wide picture. Not one pixel of the man is another. Single pictures (`static_image_mode`).
# Expected: the same pose: the model cuts the person out and looks at 256 x 256 pixels around them.
# Seen:     `pose_world_landmarks`, metres from the middle of the hips, differ by 3.3 cm in the median of twelve joints and
#           7.6 cm at most (three times as wide), 3.5 and 10.5 cm (four times). The detector before looks at the whole in
#           224 x 224: where the person is small in it, its box is a little other, and so is all that follows.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
# Without what this part of it does not need (jax and others, half a gigabyte).
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps mediapipe==0.10.21 numpy==1.26.4 \
    opencv-python-headless==4.11.0.86 protobuf==4.25.8 absl-py==2.3.1 attrs==25.3.0 flatbuffers==25.2.10 \
    matplotlib==3.10.3 pyparsing==3.2.3 cycler==0.12.1 kiwisolver==1.4.8 python-dateutil==2.9.0.post0 six==1.17.0 \
    packaging==25.0 pillow==11.2.1 contourpy==1.3.2 fonttools==4.58.0
"$folder/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$folder" ultralytics==8.3.150
cd "$folder"
"$folder/venv/bin/python" - 2>"$folder/said" <<'PYTHON' || { cat "$folder/said"; exit 1; }
import zipfile

import cv2
import mediapipe
import numpy as np

JOINTS = (11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)  # shoulders to wrists, hips to ankles

with zipfile.ZipFile("ultralytics-8.3.150-py3-none-any.whl") as wheel:
    packed = np.frombuffer(wheel.read("ultralytics/assets/bus.jpg"), np.uint8)
street = cv2.cvtColor(cv2.imdecode(packed, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
man = np.ascontiguousarray(street[380:920, 20:260])


def pose(image):
    with mediapipe.solutions.pose.Pose(static_image_mode=True, model_complexity=1) as model:
        found = model.process(image)
    assert min(found.pose_landmarks.landmark[j].visibility for j in JOINTS) > 0.5, "not well seen"
    return np.array([(p.x, p.y, p.z) for p in found.pose_world_landmarks.landmark])[list(JOINTS)]


alone = pose(man)
assert np.array_equal(pose(man), alone), "not the same twice"
for times in (3, 4):
    beside = round(man.shape[1] * (times - 1) / 2)
    wide = np.pad(man, ((0, 0), (beside, beside), (0, 0)))
    off = 100 * np.linalg.norm(pose(wide) - alone, axis=1)
    print(f"{times} times as wide: {np.median(off):.1f} cm in the median, {off.max():.1f} at most")
    assert np.median(off) > 2 and off.max() > 5, off
print("as described")
PYTHON
