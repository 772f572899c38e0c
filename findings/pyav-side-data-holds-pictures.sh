#!/bin/sh
# PyAV: a picture whose `side_data` was read is not let go with its last reference, but when Python next looks for rings.
#
# Versions: PyAV 18.1.0 (FFmpeg 8 in its wheel), Python 3.11 to 3.13, Linux x86_64.
# Input:    200 pictures of 1920x1080 (3 MB each, decoded), encoded by the same library, decoded one by one; none is kept.
# Expected: a loop that drops each picture before it asks for the next needs the memory of a few, whichever of their
#           properties it reads.
# Seen:     it does if it reads the size, or `rotation`. If it reads `side_data`, where the display matrix of phones is, the
#           picture keeps the mapping and the mapping the picture. Such rings go only when Python's collector runs, which
#           counts objects, not bytes: 200 pictures make too few to start it soon, so dozens to all stay, up to 600 MB (of 4K
#           with 10 bits, 5 GB). After one `gc.collect()` they are gone.
# Way out:  ask `rotation` where that is enough.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import gc

import av

COUNT = 200

with av.open("clip.mp4", "w") as out:
    stream = out.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
    stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
    for k in range(COUNT):
        out.mux(stream.encode(av.VideoFrame(1920, 1080, "yuv420p")))
    out.mux(stream.encode())


def held(look):
    """The most pictures alive at once, of which each is looked at and dropped before the next is asked for."""
    gc.collect()
    alive = []
    with av.open("clip.mp4") as clip:
        for picture in clip.decode(video=0):
            look(picture)
            del picture
            alive.append(sum(isinstance(one, av.VideoFrame) for one in gc.get_objects()))
    assert len(alive) == COUNT, len(alive)
    return max(alive)


few = held(lambda picture: (picture.width, picture.rotation))
many = held(lambda picture: len(picture.side_data))
gc.collect()
after = sum(isinstance(one, av.VideoFrame) for one in gc.get_objects())
print(f"pictures alive: {few} after size and rotation, {many} after side_data, {after} once the collector has run")
assert few <= 2, few
assert many >= 20, many
assert after <= 2, after
print("as described")
PYTHON
