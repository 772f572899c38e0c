#!/bin/sh
# MediaPipe Pose: of one picture shown again and again, the pose that is followed never comes to rest.
#
# Versions: MediaPipe 0.10.21 with the pose model in its wheel (the Tasks API of 0.10.31, in its mode VIDEO, does the
#           same), numpy 1.26.4, Python 3.11, Linux x86_64.
# Input:    a man who walks, whole and well to be seen, cut out of a photograph in the wheel of ultralytics 8.3.150:
#           240 x 540 pixels, the very same picture 900 times, 30 a second (`static_image_mode=False`, smoothed).
# Expected: landmarks that settle after a few pictures, and then stay: neither the picture nor the model has any noise.
# Seen:     each of ten well seen joints goes on wandering, over up to 3.8 pixels in pictures 300 to 600 and 1.9 in 600 to
#           900. Where to look is told by the landmarks of the picture before, smoothed: what is found there moves the
#           place to look, and that moves what is found.
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


with mediapipe.solutions.pose.Pose(static_image_mode=False, model_complexity=1, smooth_landmarks=True) as model:
    tracks = []
    for _ in range(900):
        found = model.process(man).pose_landmarks.landmark
        tracks.append([(found[j].x * man.shape[1], found[j].y * man.shape[0], found[j].visibility) for j in JOINTS])
track = np.array(tracks)
track = track[:, track[:, :, 2].min(axis=0) > 0.9, :2]  # well seen throughout
for name, part in (("300 to 600", track[300:600]), ("600 to 900", track[600:])):
    spread = np.ptp(part, axis=0).max(axis=1)
    print(f"{len(spread)} joints, pictures {name}: each wanders over {spread.min():.1f} to {spread.max():.1f} pixels")
    assert spread.max() > 0.5, "they come to rest now"
print("as described")
PYTHON
