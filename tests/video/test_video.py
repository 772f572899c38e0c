"""Clips as people have them: every kind of container, time, orientation and damage; and the clips we write."""

import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition
from numpy.typing import NDArray

from smr_vision.errors import DeviceError, InputError, OutputError
from smr_vision.video import ClipReader, Frame
from smr_vision.video.lazy import Pictures
from smr_vision.video.writer import ClipWriter
from tests.film import Film


def read(path: Path, start_s: float | None = None, end_s: float | None = None) -> tuple[list[Frame], ClipReader]:
    with ClipReader(path, start_s, end_s) as clip:
        return list(clip), clip


HDR = "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"

# How each is filmed, and how coarse its clock is.
KINDS: dict[str, tuple[dict[str, Any], float]] = {
    "clip.mp4": ({}, 0.0),
    "b-frames.mp4": ({"b_frames": 3, "keyframe_every": 12}, 0.0),
    "clip.mov": ({}, 0.0),
    "clip.mkv": ({}, 0.001),
    "clip.webm": ({"codec": "libvpx"}, 0.001),
    "clip.avi": ({"codec": "mjpeg", "pix_fmt": "yuvj420p"}, 0.0),
    "clip.ts": ({"container": "mpegts"}, 0.0),
    "b-frames.ts": ({"container": "mpegts", "b_frames": 3, "keyframe_every": 12}, 0.0),
    "clip.mpg": ({"codec": "mpeg2video", "b_frames": 2}, 0.0),
    "clip.gif": ({"codec": "gif", "pix_fmt": "rgb8"}, 0.01),
    "clip.mjpeg": ({"codec": "mjpeg", "pix_fmt": "yuvj420p", "container": "mjpeg"}, 0.0),
    "hevc.mp4": ({"codec": "libx265", "options": {"x265-params": "log-level=none"}}, 0.0),
    "hdr.mov": ({"codec": "libx265", "pix_fmt": "yuv420p10le", "options": {"x265-params": HDR}}, 0.0),
    "prores.mov": ({"codec": "prores_ks", "pix_fmt": "yuv422p10le"}, 0.0),
}


@pytest.mark.parametrize("name", KINDS)
def test_kinds_of_clips(film: Film, name: str) -> None:
    kind, coarse = KINDS[name]
    frames, clip = read(film(name, **kind))
    assert [film.number(f.image) for f in frames] == list(range(20))
    assert clip.damaged is None
    assert clip.frames_read == 20
    assert (clip.info.width, clip.info.height, clip.info.rotation) == (128, 96, 0)
    colour = frames[3].image[20, 20].astype(int)
    assert colour[0] > 170
    assert colour[1:].max() < 70
    if name == "clip.mjpeg":  # nothing but pictures: no clock at all
        return
    assert [f.t for f in frames] == pytest.approx([i / 10 for i in range(20)], abs=coarse + 1e-9)
    assert clip.info.fps == pytest.approx(10, rel=0.05)
    if name != "clip.mpg":  # FFmpeg guesses its length
        assert clip.info.duration_s == pytest.approx(2.0, abs=0.12)


@pytest.mark.parametrize("name", KINDS)
def test_a_stretch_is_what_the_whole_clip_has_there(film: Film, name: str) -> None:
    path = film(name, **KINDS[name][0])
    whole, _ = read(path)
    for start, end in ((0.75, 1.2), (0.7, 0.8), (1.85, 9.0), (0.0, 0.35)):
        stretch, clip = read(path, start, end)
        expected = [f for f in whole if start <= f.t < end]
        assert [f.t for f in stretch] == [f.t for f in expected]
        assert all(np.array_equal(a.image, b.image) for a, b in zip(stretch, expected, strict=True))
        assert clip.damaged is None


@pytest.mark.parametrize("name", KINDS)
def test_a_clip_is_read_from_anywhere_again_and_again(film: Film, name: str) -> None:
    path = film(name, **KINDS[name][0])
    whole, _ = read(path)
    with ClipReader(path) as clip:
        for start in (1.2, 0.0, 1.55, 0.3, 9.0, 0.7):
            expected = [f for f in whole if f.t >= start][:3]
            found = list(islice(clip.since(start), 3))
            assert [f.t for f in found] == [f.t for f in expected]
            assert all(np.array_equal(a.image, b.image) for a, b in zip(found, expected, strict=True))


def test_a_stretch_past_the_end_is_empty(film: Film) -> None:
    frames, clip = read(film(), 50.0, 60.0)
    assert frames == []
    assert clip.frames_read == 0


# Where red, green and blue (0, 1, 2) stand in the upright picture: upper left, upper right, lower left, lower right.
# Rotation is counter-clockwise as FFmpeg has it; the mirror comes after it.
UPRIGHT = {
    (0, False): "rgb-",
    (90, False): "g-rb",
    (180, False): "-bgr",
    (270, False): "br-g",
    (0, True): "gr-b",
    (90, True): "-gbr",
    (180, True): "b-rg",
    (270, True): "rbg-",
}


@pytest.mark.parametrize(("turn", "expected"), UPRIGHT.items())
def test_rotated_and_mirrored_clips_come_out_upright(film: Film, turn: tuple[int, bool], expected: str) -> None:
    rotation, mirrored = turn
    frames, clip = read(film(times=1, rotation=rotation, mirrored=mirrored))
    image = frames[0].image
    height, width = image.shape[:2]
    quarters = [image[height * row // 4, width * column // 4] for row in (1, 3) for column in (1, 3)]
    seen = "".join("rgb"[int(q.argmax())] if q.max() > 2 * np.median(q) else "-" for q in quarters)
    assert seen == expected
    assert (width, height) == ((96, 128) if rotation in (90, 270) else (128, 96))
    assert (clip.info.width, clip.info.height) == (width, height)
    if not mirrored:
        assert clip.info.rotation == (360 - rotation) % 360
    assert image.flags["C_CONTIGUOUS"]
    assert image.dtype == np.uint8


def test_variable_frame_rate(film: Film) -> None:
    times = [0.0, 0.033, 0.066, 0.5, 0.517, 0.6, 1.9, 2.0, 2.001, 3.25]
    frames, clip = read(film(times=times))
    assert [f.t for f in frames] == pytest.approx(times, abs=1e-6)
    assert [film.number(f.image) for f in frames] == list(range(10))
    assert clip.damaged is None


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.ts"])
def test_time_starts_at_zero(film: Film, name: str) -> None:
    path = film(name, times=[7.5, 7.6, 7.7, 7.9])
    frames, _ = read(path)
    assert [f.t for f in frames] == pytest.approx([0, 0.1, 0.2, 0.4], abs=1e-6)
    later, _ = read(path, 0.15, 0.3)
    assert [f.t for f in later] == pytest.approx([0.2], abs=1e-6)


def test_slow_motion(film: Film) -> None:
    frames, clip = read(film(times=[i / 240 for i in range(48)]))
    assert len(frames) == 48
    assert np.diff([f.t for f in frames]) == pytest.approx(1 / 240, abs=1e-3)
    assert clip.info.fps == pytest.approx(240, rel=0.02)


def test_slow_motion_that_the_phone_has_stretched(film: Film) -> None:
    """240 pictures a second, played at 30: a second of life takes eight."""
    stretched = {"times": [i / 30 for i in range(72)], "tags": {"com.android.capture.fps": "240.0"}}
    path = film("stretched.mp4", **stretched)
    frames, clip = read(path)
    assert clip.slowed == pytest.approx(8, rel=0.02)
    assert [f.t for f in frames] == pytest.approx([i / 240 for i in range(72)], abs=0.01)
    assert (clip.info.duration_s, clip.end_s) == pytest.approx((0.3, 0.3), abs=0.02)
    assert clip.damaged is None
    later, _ = read(path, 0.2, 0.25)
    assert [film.number(f.image) for f in later] == [film.number(f.image) for f in frames if 0.2 <= f.t < 0.25]


@pytest.mark.parametrize("tag", ["30.0", "10", "", "much", "nan", "inf", "-240", "1e300"])
def test_an_ordinary_clip_is_not_taken_for_slow_motion(film: Film, tag: str) -> None:
    times = [i / 30 for i in range(10)]
    frames, clip = read(film(times=times, tags={"com.android.capture.fps": tag}))
    assert clip.slowed == 1
    assert [f.t for f in frames] == pytest.approx(times, abs=0.001)


def test_odd_size(film: Film) -> None:
    frames, _ = read(film(size=(97, 75), pix_fmt="yuv444p", times=3))
    assert frames[0].image.shape == (75, 97, 3)


def test_pixels_that_are_not_square(film: Film) -> None:
    frames, clip = read(film(pixel_ratio=Fraction(4, 3), times=3))
    assert frames[0].image.shape == (96, 171, 3)
    assert (clip.info.width, clip.info.height) == (171, 96)


def test_one_picture(film: Film) -> None:
    frames, clip = read(film(times=1))
    assert [f.t for f in frames] == [0.0]
    assert clip.damaged is None


def test_sound_does_not_disturb(film: Film) -> None:
    frames, clip = read(film("clip.mp4", sound=True))
    assert len(frames) == 20
    assert clip.damaged is None


def test_scaled_down_while_decoding(film: Film) -> None:
    path = film(size=(640, 480), rotation=90, times=3)
    with ClipReader(path, max_height=160) as clip:
        frames = list(clip)
    assert frames[0].image.shape == (160, 120, 3)
    assert (clip.info.width, clip.info.height) == (480, 640)
    with ClipReader(path, max_height=1000) as clip:
        assert next(iter(clip)).image.shape == (640, 480, 3)


def joined(film: Film, name: str, **second: Any) -> Path:
    """Two recordings of 2 s in one file: the clock of the stream starts over."""
    first = film("first.ts", container="mpegts")
    other = film("second.ts", container="mpegts", **second)
    path = first.with_name(name)
    path.write_bytes(first.read_bytes() + other.read_bytes())
    return path


def test_a_stretch_of_joined_recordings_is_what_the_whole_has_there(film: Film) -> None:
    path = joined(film, "joined.ts")
    whole, _ = read(path)
    assert [film.number(f.image) for f in whole] == 2 * list(range(20))
    assert [f.t for f in whole] == pytest.approx([i / 10 for i in range(40)], abs=0.02)
    for start, end in ((0.75, 1.2), (1.0, 3.0), (2.5, 3.5), (3.0, 9.0)):
        stretch, _ = read(path, start, end)
        expected = [f for f in whole if start <= f.t < end]
        assert [f.t for f in stretch] == [f.t for f in expected]
        assert all(np.array_equal(a.image, b.image) for a, b in zip(stretch, expected, strict=True))


def test_size_and_shape_that_change_in_mid_stream(film: Film) -> None:
    frames, clip = read(joined(film, "turned.ts", size=(72, 128)))
    assert (clip.info.width, clip.info.height) == (128, 96)
    assert {f.image.shape for f in frames} == {(96, 128, 3)}
    assert len(frames) == 40
    image = frames[25].image.astype(int)
    # 72 x 128 within 128 x 96 is 54 x 96: black beside it, all of it there, and not stretched.
    assert image[:, :36].max() < 20
    assert image[:, 92:].max() < 20
    assert film.number(frames[25].image[:, 37:91]) == 5
    assert (image[10, 39:62, 0] > 170).all()
    assert (image[10, 66:89, 1] > 170).all()


def test_a_larger_picture_in_mid_stream_is_the_same_picture(film: Film) -> None:
    frames, _ = read(joined(film, "larger.ts", size=(256, 192)))
    assert [film.number(f.image) for f in frames] == 2 * list(range(20))
    assert {f.image.shape for f in frames} == {(96, 128, 3)}
    assert np.abs(frames[5].image.astype(int) - frames[25].image).mean() < 4


def two_tracks(path: Path, *tracks: tuple[tuple[int, int], int, Disposition]) -> Path:
    """A clip with a track for each size, rate and disposition, 2 s long."""
    with av.open(str(path), "w") as out:
        streams = []
        for (width, height), rate, disposition in tracks:
            stream = out.add_stream("libx264", rate=rate)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.disposition = disposition
            streams.append(stream)
        for stream, ((width, height), rate, _) in zip(streams, tracks, strict=True):
            for number in range(2 * rate):
                picture = av.VideoFrame.from_ndarray(Film.picture(number, width, height), "rgb24")
                picture.pts, picture.time_base = number, Fraction(1, rate)
                out.mux(stream.encode(picture))
            out.mux(stream.encode(None))
    return path


PREVIEW = ((64, 48), 1)
GOOD = ((128, 96), 10)
NONE = Disposition(0)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize(
    ("tracks", "taken"),
    [
        (((*PREVIEW, NONE), (*GOOD, Disposition.default)), GOOD),
        (((*PREVIEW, Disposition.default), (*GOOD, Disposition.default)), GOOD),
        (((*GOOD, Disposition.default), ((256, 192), 10, NONE)), GOOD),
        (((*GOOD, Disposition.default), (*PREVIEW, NONE)), GOOD),
    ],
    ids=["second default", "both default", "default is smaller", "first default"],
)
def test_of_two_tracks_the_default_one_else_the_best(
    tmp_path: Path, suffix: str, tracks: tuple[tuple[tuple[int, int], int, Disposition], ...], taken: Any
) -> None:
    frames, clip = read(two_tracks(tmp_path / f"two{suffix}", *tracks))
    assert (clip.info.width, clip.info.height) == taken[0]
    assert len(frames) == 2 * taken[1]


def test_of_two_tracks_without_a_default_the_best(tmp_path: Path) -> None:
    _, clip = read(two_tracks(tmp_path / "two.mkv", (*PREVIEW, NONE), (*GOOD, NONE)))  # MP4 always has a default
    assert (clip.info.width, clip.info.height) == GOOD[0]


@pytest.mark.parametrize(
    "name",
    ["with space.mp4", "übung Rücken 背中.mp4", "-o.mp4", "http:x.mp4", "a%20b#c?.mp4", "noending", "clip.MP4"],
)
def test_names_of_files(film: Film, name: str) -> None:
    frames, _ = read(film(name, times=2, container="mp4"))
    assert len(frames) == 2


@pytest.mark.skipif(os.name == "nt", reason="names are UTF-16 there")
def test_name_that_is_not_utf8(film: Film, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"R\xfccken\n.mp4")
    film(times=2).rename(path)
    frames, clip = read(path)
    out = tmp_path / os.fsdecode(b"\xff\xfe.mp4")
    with ClipWriter(out, clip.info.width, clip.info.height) as writer:
        for frame in frames:
            writer.write(frame)
    assert len(read(out)[0]) == 2


@pytest.mark.parametrize(
    ("name", "share"), [("clip.mp4", 0.5), ("clip.mp4", 0.9), ("clip.mkv", 0.5), ("clip.avi", 0.5)]
)
def test_cut_off_clip_is_read_as_far_as_it_goes(film: Film, name: str, share: float) -> None:
    path = film(name, times=60, codec="mpeg4" if name.endswith("avi") else "libx264")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    frames, clip = read(path)
    assert 0 < len(frames) < 60
    assert [film.number(f.image) for f in frames[:-1]] == list(range(len(frames) - 1))
    assert clip.damaged is not None
    assert clip.damaged.startswith("cut off: it ends at")
    assert "of 6.0 s" in clip.damaged
    # A stretch that lies before the cut has lost nothing.
    assert read(path, 0.0, 0.5)[1].damaged is None


def test_cut_off_stream_without_an_index(film: Film) -> None:
    path = film("clip.ts", times=60, container="mpegts")
    path.write_bytes(path.read_bytes()[:-9000])
    frames, _ = read(path)
    assert 0 < len(frames) <= 60


def test_recording_that_never_ended_has_no_index(film: Film) -> None:
    path = film()
    path.write_bytes(path.read_bytes().replace(b"moov", b"junk"))
    with pytest.raises(InputError, match=r"index is missing .* copy it from the phone again"):
        ClipReader(path)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.ts"])
def test_damage_in_the_middle_is_passed_over(film: Film, name: str) -> None:
    path = film(name, times=60)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200] = np.random.default_rng(1).bytes(200)
    path.write_bytes(data)
    frames, _ = read(path)
    times = [f.t for f in frames]
    assert len(frames) >= 30
    assert times == sorted(set(times))
    assert film.number(frames[0].image) == 0


def test_damaged_packets_are_counted_and_told(film: Film) -> None:
    path = film("clip.mp4", times=60, keyframe_every=1)  # each picture stands alone
    with av.open(str(path)) as clip:
        packets = [p for p in clip.demux(video=0) if p.size]
    data = bytearray(path.read_bytes())
    for packet in (packets[20], packets[40]):
        assert packet.pos is not None
        data[packet.pos : packet.pos + packet.size] = b"\xff" * packet.size
    path.write_bytes(data)
    frames, reader = read(path)
    assert [film.number(f.image) for f in frames] == [i for i in range(60) if i not in (20, 40)]
    assert reader.damaged == "damaged: 2 parts could not be read; the rest was used"


def test_header_alone_holds_no_picture(film: Film) -> None:
    path = film("clip.mp4")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"mdat") + 4])
    with pytest.raises(InputError, match="no picture that can be read"):
        ClipReader(path)


def rewrite(source: Path, target: Path) -> ClipReader:
    with ClipReader(source) as clip, ClipWriter(target, clip.info.width, clip.info.height) as out:
        for frame in clip:
            out.write(frame)
        out.end_s = clip.end_s
    return clip


def test_written_clip_has_the_times_and_length_of_its_source(film: Film, tmp_path: Path) -> None:
    source = film(times=[0.0, 0.04, 0.08, 0.5, 0.517, 1.4, 2.9, 3.0, 3.3])
    target = tmp_path / "out.mp4"
    clip = rewrite(source, target)
    (before, _), (after, copy) = read(source), read(target)
    assert [f.t for f in after] == pytest.approx([f.t for f in before], abs=1e-5)
    assert [film.number(f.image) for f in after] == list(range(9))
    assert copy.info.duration_s == pytest.approx(clip.info.duration_s, abs=1e-3)
    colours = [np.abs(a.image.astype(int) - b.image)[:40].mean() for a, b in zip(after, before, strict=True)]
    assert max(colours) < 4


def test_last_frame_stays_as_long_as_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    with ClipWriter(target, 64, 48) as out:
        for t in (5.0, 5.25, 5.5):
            out.write(Frame(t, np.zeros((48, 64, 3), np.uint8)))
    frames, clip = read(target)
    assert [f.t for f in frames] == [0.0, 0.25, 0.5]
    assert clip.info.duration_s == pytest.approx(0.75)


def test_written_clip_plays_in_browsers(tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    rng = np.random.default_rng(0)
    with ClipWriter(target, 63, 47) as out:
        for i in range(80):
            out.write(Frame(i / 25, rng.integers(0, 255, (47, 63, 3), np.uint8)))
    with av.open(str(target)) as clip:
        stream = clip.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (64, 48)
        keys = [float(p.pts * p.time_base) for p in clip.demux(stream) if p.is_keyframe and p.pts is not None]
    assert keys[0] == 0.0
    assert max(np.diff([*keys, 3.2])) <= 1.04
    data = target.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_padding_repeats_the_edge(tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    with ClipWriter(target, 63, 47) as out:
        out.write(Frame(0.0, np.full((47, 63, 3), 200, np.uint8)))
    assert read(target)[0][0].image.min() > 190


@pytest.mark.skipif(os.name == "nt", reason="no such permissions there")
def test_written_clip_is_private(tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    with ClipWriter(target, 64, 48) as out:
        out.write(Frame(0.0, np.zeros((48, 64, 3), np.uint8)))
    assert target.stat().st_mode & 0o077 == 0


def test_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def write_and_fail() -> None:
        with ClipWriter(tmp_path / "out.mp4", 64, 48) as out:
            out.write(Frame(0.0, np.zeros((48, 64, 3), np.uint8)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_failure_keeps_the_clip_that_was_there(tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    target.write_bytes(b"old")
    with pytest.raises(ValueError, match="frame is"), ClipWriter(target, 64, 48) as out:
        out.write(Frame(0.0, np.zeros((10, 10, 3), np.uint8)))
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_no_frame_no_clip(tmp_path: Path) -> None:
    with ClipWriter(tmp_path / "out.mp4", 64, 48):
        pass
    assert list(tmp_path.iterdir()) == []


def test_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("missing", "file"):
        with pytest.raises(OutputError, match="Choose another folder"):
            ClipWriter(tmp_path / folder / "out.mp4", 64, 48)


@pytest.mark.skipif(os.name == "nt", reason="no limit on file sizes there")
def test_disk_that_fills_up_while_writing(tmp_path: Path) -> None:
    import resource

    rng = np.random.default_rng(0)

    def write_until_full() -> None:
        with ClipWriter(tmp_path / "out.mp4", 320, 240) as out:
            for i in range(120):
                out.write(Frame(i / 10, rng.integers(0, 255, (240, 320, 3), np.uint8)))

    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, old[1]))
    try:
        with pytest.raises(OutputError, match="too large"):
            write_until_full()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert list(tmp_path.iterdir()) == []


def test_pyav_without_h264(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_encoder(*_: object, **__: object) -> None:
        raise av.codec.codec.UnknownCodecError("libx264")

    monkeypatch.setattr(av.container.OutputContainer, "add_stream", no_encoder, raising=True)
    with pytest.raises(DeviceError, match=r"without H\.264"):
        ClipWriter(tmp_path / "out.mp4", 64, 48)
    assert list(tmp_path.iterdir()) == []


def noise(count: int) -> Iterator[Frame]:
    """Pictures that can't be told from one another, ten a second."""
    chance = np.random.default_rng(1)
    for number in range(count):
        yield Frame(number / 10, chance.integers(0, 255, (96, 128, 3), np.uint8))


def test_a_recording_that_is_broken_off_is_kept_to_its_last_second(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), ClipWriter(tmp_path / "a.mp4", 128, 96, whole=False) as out:
        write_and_fail(out)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    with ClipReader(tmp_path / "a.mp4") as clip:
        assert 40 <= sum(1 for _ in clip) <= 45
        assert clip.damaged is None


def write_and_fail(out: ClipWriter) -> None:
    for frame in noise(45):
        out.write(frame)
    raise ZeroDivisionError


def test_a_recording_that_came_to_its_end_is_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    with ClipWriter(tmp_path / "a.mp4", 128, 96, whole=False) as out:
        for frame in noise(45):
            out.write(frame)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").stat().st_mode & 0o077 == 0
    with ClipReader(tmp_path / "a.mp4") as clip:
        assert sum(1 for _ in clip) == 45
        assert (clip.damaged, clip.info.duration_s) == (None, pytest.approx(4.5))


def test_a_recording_without_a_picture_leaves_nothing(tmp_path: Path) -> None:
    with ClipWriter(tmp_path / "a.mp4", 128, 96, whole=False):
        pass
    assert not list(tmp_path.iterdir())


KILLED = """
import os, sys
from pathlib import Path
from smr_vision.video.writer import ClipWriter
from tests.video.test_video import noise
out = ClipWriter(Path(sys.argv[1]), 128, 96, whole=False)
for frame in noise(45):
    out.write(frame)
os._exit(9)
"""


def test_after_a_crash_a_recording_plays_to_its_last_second(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "a.mp4")]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert run.returncode == 9
    assert [path.name for path in tmp_path.iterdir()] == ["a.part.mp4"]
    with ClipReader(tmp_path / "a.part.mp4") as clip:
        assert 30 <= sum(1 for _ in clip) <= 45


# Whiles without a picture

HELD = [*(i / 10 for i in range(20)), *(7.0 + i / 10 for i in range(20))]  # nothing from 1.9 to 7 s


class Still(Film):
    """All pictures are alike, but for those from `moved` on."""

    moved = 999

    def picture(self, number: int, width: int = 128, height: int = 96) -> NDArray[np.uint8]:  # type: ignore[override]
        return Film.picture(170 if number < self.moved else 85, width, height)


def with_a_gap(path: Path, target: Path, *, rate: bool = True) -> Path:
    """A copy without the packets between 1.95 and 6.95 s; with `rate`, each says that it stays for a tenth of a second,
    else no packet says so and the file names no rate."""
    with av.open(str(path)) as source, av.open(str(target), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.pts is None or packet.time_base is None or 1.95 < packet.pts * packet.time_base < 6.95:
                continue
            packet.stream = copy
            out.mux(packet)
    if not rate:
        target.write_bytes(_unrated(target.read_bytes()))
    return target


def _unrated(data: bytes) -> bytes:
    """The file with its DefaultDuration made a Void of the same length."""
    at = data.index(b"\x23\xe3\x83")
    length = 3 + 1 + (data[at + 3] & 0x7F)
    return data[:at] + b"\xec" + bytes([0x80 | (length - 2)]) + bytes(length - 2) + data[at + length :]


def test_a_picture_that_is_said_to_stay_is_given_again(tmp_path: Path) -> None:
    frames, clip = read(Still(tmp_path)("screen.mp4", times=HELD))
    assert np.diff([f.t for f in frames]).max() < 0.2
    assert clip.frames_read == len(frames) == pytest.approx(90, abs=2)
    (note,) = clip.assumed
    assert note.startswith("once, 5.1 s in all, without a new picture")
    assert clip.damaged is None


def test_where_pictures_were_lost_nothing_is_made_up(tmp_path: Path) -> None:
    path = with_a_gap(Still(tmp_path)("whole.mkv", times=90), tmp_path / "lost.mkv")
    frames, clip = read(path)
    assert np.diff([f.t for f in frames]).max() > 4.9
    (note,) = clip.assumed
    assert "what happened meanwhile is not known" in note


def test_a_stream_that_names_no_rate_leaves_out_unchanged_pictures(tmp_path: Path) -> None:
    """As browsers record calls."""
    path = with_a_gap(Still(tmp_path)("whole.mkv", times=90), tmp_path / "call.mkv", rate=False)
    frames, clip = read(path)
    assert np.diff([f.t for f in frames]).max() < 0.2
    assert "keeping still" in clip.assumed[0]


def test_after_a_silence_another_picture_says_that_something_was_lost(tmp_path: Path) -> None:
    film = Still(tmp_path)
    film.moved = 20
    frames, clip = read(film("stalled.mp4", times=HELD))
    assert len(frames) == len(HELD)
    assert "not known" in clip.assumed[0]


@pytest.mark.parametrize("fps", [1.0, 2.0, 5.0, 30.0])
def test_a_clip_of_an_even_rate_has_no_silences(tmp_path: Path, fps: float) -> None:
    frames, clip = read(Still(tmp_path)("even.mp4", times=[i / fps for i in range(12)]))
    assert len(frames) == 12
    assert clip.assumed == ()


@pytest.mark.parametrize("start", [0.5, 2.05, 4.321, 6.95, 8.0])
def test_a_stretch_has_the_very_repeats_of_the_whole(tmp_path: Path, start: float) -> None:
    path = Still(tmp_path)("screen.mp4", times=HELD)
    whole, _ = read(path)
    part, _ = read(path, start, start + 1.0)
    assert [f.t for f in part] == [f.t for f in whole if start <= f.t < start + 1.0]
    with Pictures(path) as pictures:
        assert all(np.array_equal(pictures.at(f.t), f.image) for f in whole[::7])
