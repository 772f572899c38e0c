"""Files that are no plain film: stills, Live Photos, covers, sound alone, see-through, still being written."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.stream import Disposition

from smr_vision.batch.jobs import JobOptions, find_jobs
from smr_vision.errors import InputError
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.video import ClipReader
from smr_vision.video.parts import NotByPartsError
from tests.film import Film, Image
from tests.video.test_formats import FOLDER as FORMATS
from tests.video.test_formats import KEPT


@pytest.fixture
def film(tmp_path: Path) -> Film:
    return Film(tmp_path)


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught, ClipReader(path) as clip:
        list(clip)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".tiff"])
def test_a_still_is_told_and_the_film_beside_it_named(film: Film, tmp_path: Path, ending: str) -> None:
    still = tmp_path / f"IMG_1{ending}"
    cv2.imwrite(str(still), film.picture(3))
    assert refusal(still).endswith("is a still picture, no film. Give a clip.")
    film("IMG_1.MOV")
    assert refusal(still).endswith("is a still picture, no film. Give the film beside it: IMG_1.MOV.")


def test_a_still_in_the_box_of_a_film_is_no_film(film: Film, tmp_path: Path) -> None:
    """HEIC and AVIF: FFmpeg gives a clip of one picture."""
    still = tmp_path / "IMG_1.HEIC"
    with av.open(str(still), "w", format="avif") as out:
        stream = out.add_stream("libsvtav1", 1)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        out.mux(stream.encode(av.VideoFrame.from_ndarray(film.picture(1), "rgb24")))
        out.mux(stream.encode(None))
    film("IMG_1.MOV")
    assert refusal(still).endswith("is a still picture, no film. Give the film beside it: IMG_1.MOV.")
    broken = tmp_path / "IMG_2.HEIC"
    broken.write_bytes(b"\0\0\0\x18ftypheic" + bytes(200))
    assert refusal(broken).endswith("is a still picture, no film. Give a clip.")


def test_of_a_live_photo_the_batch_takes_the_film(film: Film, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "IMG_1.JPG"), film.picture(3))
    (tmp_path / "IMG_1.HEIC").write_bytes((tmp_path / "IMG_1.JPG").read_bytes())
    film("IMG_1.MOV")
    jobs = find_jobs(tmp_path, JobOptions(PipelineOptions(moves=load_moves())))
    assert [job.name for job in jobs] == ["IMG_1.MOV"]


@pytest.mark.parametrize("name", ["song.mp4", "song.mkv", "song.mov", "song.webm"])
def test_sound_alone_is_told(tmp_path: Path, name: str) -> None:
    with av.open(str(tmp_path / name), "w") as out:
        stream = out.add_stream("libopus" if name.endswith("webm") else "aac", 48000)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 48000), np.float32), "fltp", "mono")
        silence.rate = 48000
        out.mux(stream.encode(silence))
        out.mux(stream.encode(None))
    assert "holds only sound" in refusal(tmp_path / name)


def with_cover(path: Path, pictures: list[Image], attached: bool) -> Path:
    """A film of `pictures` whose first track is a cover."""
    with av.open(str(path), "w") as out:
        cover = out.add_stream("mjpeg", 10)
        cover.width, cover.height, cover.pix_fmt = 320, 240, "yuvj420p"
        stream = out.add_stream("libx264", 10)
        stream.width, stream.height, stream.pix_fmt = pictures[0].shape[1], pictures[0].shape[0], "yuv420p"
        stream.codec_context.time_base = cover.codec_context.time_base = Fraction(1, 10)
        cover.disposition = Disposition.attached_pic if attached else Disposition.default
        out.mux(cover.encode(av.VideoFrame.from_ndarray(np.full((240, 320, 3), 200, np.uint8), "rgb24")))
        for n, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts, frame.time_base = n, Fraction(1, 10)
            out.mux(stream.encode(frame))
        for one in (cover, stream):
            out.mux(one.encode(None))
    return path


@pytest.mark.parametrize(("name", "attached"), [("c.mp4", True), ("c.mp4", False), ("c.mov", False), ("c.mkv", False)])
def test_a_cover_is_no_film(film: Film, tmp_path: Path, name: str, attached: bool) -> None:
    path = with_cover(tmp_path / name, [film.picture(n) for n in range(12)], attached)
    with ClipReader(path) as clip:
        assert [film.number(frame.image) for frame in clip] == list(range(12))


def test_what_can_be_seen_through_stands_before_black(tmp_path: Path) -> None:
    picture = np.full((96, 128, 4), (200, 120, 60, 255), np.uint8)
    picture[:, 64:, 3] = 0
    path = tmp_path / "cut_out.mov"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("png", 10)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "rgba"
        for n in range(3):
            frame = av.VideoFrame.from_ndarray(picture, "rgba")
            frame.pts, frame.time_base = n, Fraction(1, 10)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    with ClipReader(path) as clip:
        for frame in clip:
            assert (frame.image[:, :64] == (200, 120, 60)).all()
            assert not frame.image[:, 64:].any()
            assert not frame.look[:, 64:].any()
    assert clip.assumed == ()


def test_where_the_see_through_part_goes_unread_a_note_says_so() -> None:
    for name, noted in (("vp9 in webm, BT.2020", False), ("vp9 in mkv, alpha", True)):
        with ClipReader(FORMATS / next(one["file"] for one in KEPT if one["name"] == name)) as clip:
            list(clip)
        assert any("see-through" in line for line in clip.assumed) == noted


# Still being written


def growing(film: Film, tmp_path: Path, name: str) -> tuple[Path, bytes]:
    data = film(f"whole_{name}", times=60).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: len(data) // 2])
    return path, data[len(data) // 2 :]


@pytest.mark.parametrize("name", ["clip.mkv", "clip.ts"])
def test_a_clip_that_grows_while_it_is_read_says_so(film: Film, tmp_path: Path, name: str) -> None:
    path, rest = growing(film, tmp_path, name)
    with ClipReader(path) as clip:
        for n, _ in enumerate(clip):
            if n == 3:
                with path.open("ab") as file:
                    file.write(rest[: len(rest) // 2])
    assert clip.damaged is not None
    assert clip.damaged.startswith("still being written: read up to ")
    with path.open("ab") as file:
        file.write(rest[len(rest) // 2 :])
    with ClipReader(path) as clip:
        assert sum(1 for _ in clip) == 60
    assert clip.damaged is None


def test_a_clip_that_was_touched_while_parts_of_it_were_read_is_read_in_order(film: Film, tmp_path: Path) -> None:
    path = film("clip.mp4", times=60)

    def read() -> None:
        with ClipReader(path, reading="by parts") as clip:
            for frame in clip:
                if frame.t > 3:
                    os.utime(path, ns=(1, 1))

    with pytest.raises(NotByPartsError):
        read()


def test_a_clip_without_an_index_may_still_be_written(film: Film, tmp_path: Path) -> None:
    path, data = tmp_path / "clip.mp4", film("whole.mp4", times=60).read_bytes()
    path.write_bytes(data[: data.rindex(b"moov") - 4])
    assert "If it is still being written, wait until it is done" in refusal(path)


def test_a_stream_that_ends_within_a_packet_is_cut_off(film: Film, tmp_path: Path) -> None:
    """A transport stream does not say how long it is: its last picture may be half a picture, and nothing tells."""
    data = film("whole.ts", times=60).read_bytes()
    path = tmp_path / "clip.ts"
    for size, cut_off in ((len(data), False), (len(data) * 7 // 10 // 188 * 188 + 100, True)):
        path.write_bytes(data[:size])
        with ClipReader(path) as clip:
            list(clip)
        assert (clip.damaged is not None and clip.damaged.startswith("cut off: ")) == cut_off
