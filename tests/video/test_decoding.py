"""Files that are no clips, and the clock that mends timestamps."""

import os
import socket
import wave
from pathlib import Path

import pytest

from smr_vision.errors import InputError
from smr_vision.video import ClipReader
from smr_vision.video.clock import Clock
from smr_vision.video.decoding import Decoder
from smr_vision.video.upright import Orientation
from tests.film import Film


def refusal(path: Path) -> str:
    """What a person reads when `path` can't be opened: always one line."""
    with pytest.raises(InputError) as caught:
        Decoder(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_missing_file(tmp_path: Path) -> None:
    assert "gone.mp4 does not exist" in refusal(tmp_path / "gone.mp4")


def test_folder(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


def test_empty_file(tmp_path: Path) -> None:
    clip = tmp_path / "empty.mp4"
    clip.touch()
    assert "empty (0 bytes)" in refusal(clip)


def test_pipe_does_not_block(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    assert "not a file" in refusal(pipe)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(film: Film) -> None:
    clip = film()
    clip.chmod(0)
    assert "may not be read" in refusal(clip)


def test_null_byte_in_the_name() -> None:
    assert "can't be opened" in refusal(Path("a\0b.mp4"))


@pytest.mark.parametrize(
    "text",
    [
        "my holiday\n" * 50,
        "1\n00:00:01,000 --> 00:00:02,000\na subtitle\n\n",
        "<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>",
    ],
)
def test_text_is_no_video(tmp_path: Path, text: str) -> None:
    clip = tmp_path / "text.mp4"
    clip.write_text(text)
    assert "not a video" in refusal(clip)


def test_playlist_reaches_neither_network_nor_other_files(tmp_path: Path, film: Film) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        other = film("other.ts")
        for text in (
            f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}\n#EXT-X-ENDLIST\n",
            f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n",
            f"ffconcat version 1.0\nfile {other.name}\n",
        ):
            for name in ("list.mp4", "list.m3u8"):
                clip = tmp_path / name
                clip.write_text(text)
                assert "not a video" in refusal(clip)
        with pytest.raises(TimeoutError):
            server.accept()


def test_sound_alone(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(16000))
    assert "holds only sound" in refusal(path)


def test_missing_index_is_told_apart_from_rubbish(film: Film) -> None:
    clip = film()
    whole = clip.read_bytes()
    clip.write_bytes(whole.replace(b"moov", b"junk"))
    assert "index is missing" in refusal(clip)


def test_a_film_that_begins_at_3_h_is_whole(film: Film) -> None:
    """Matroska tells when the last picture ends, and was taken for one of three hours that is cut off."""
    clip = film("late.mkv", times=[10_800 + k / 10 for k in range(20)])
    with ClipReader(clip) as read:
        assert len(list(read)) == 20
        assert read.info.duration_s == pytest.approx(2.0, abs=0.11)
        assert read.damaged is None


def test_clock_keeps_good_stamps() -> None:
    clock = Clock(0.1, 10.0)
    stamps = [0.0, 0.1, 0.25, 0.3, 4.0]
    assert [clock.at(s) for s in stamps] == stamps


def test_clock_fills_missing_stamps() -> None:
    clock = Clock(0.1)
    assert [clock.at(s) for s in (0.0, None, None, 0.3)] == pytest.approx([0.0, 0.1, 0.2, 0.3])


def test_clock_nudges_a_lone_slip() -> None:
    clock = Clock(0.1, 10.0)
    times = [clock.at(s) for s in (0.0, 0.1, 0.1, 0.05, 0.3, 0.4)]
    assert times == sorted(set(times))
    assert times[-2:] == [0.3, 0.4]


def test_clock_goes_on_where_the_recorder_began_anew() -> None:
    clock = Clock(0.1)
    assert [clock.at(s) for s in (0.0, 5.0, 0.0, 0.1, 0.2)] == pytest.approx([0.0, 5.0, 5.1, 5.2, 5.3])


def test_clock_ignores_a_leap_past_the_end() -> None:
    clock = Clock(0.1, 3.0)
    assert [clock.at(s) for s in (0.0, 0.1, 95443.7, 95443.8)] == pytest.approx([0.0, 0.1, 0.2, 0.3])


def test_clock_allows_a_pause_within_the_clip() -> None:
    clock = Clock(0.1, 60.0)
    assert [clock.at(s) for s in (0.0, 0.1, 40.0)] == [0.0, 0.1, 40.0]


def test_orientation_swaps_the_size_when_lying() -> None:
    assert Orientation().size(4, 3) == (4, 3)
    assert Orientation(transpose=True, mirror_y=True).size(4, 3) == (3, 4)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gone.mp4", "gone.mp4 does not exist. Check the name."),
        ("no/such/roll.mp4", "/no. Check the name."),
        ("http://example.com/roll.mp4", "is an address, not a file"),
    ],
)
def test_what_is_not_there_is_told_with_what_is_missing(tmp_path: Path, name: str, said: str) -> None:
    path = Path(name) if "//" in name else tmp_path / name
    message = refusal(path)
    assert said in message
    assert ("there is no folder" in message) == ("/such" in name)
