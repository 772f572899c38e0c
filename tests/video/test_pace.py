"""Which pictures are measured: by their times alone."""

from __future__ import annotations

import pytest

from smr_vision.video.pace import LivePace, Pace, border_near


def measured(fps: float, times: list[float]) -> list[float]:
    pace = Pace(fps)
    return [t for t in times if pace.measures(t)]


@pytest.mark.parametrize("fps", [16, 20, 24, 25, 29.97, 30, 60, 240])
def test_one_picture_of_each_tenth_of_a_second(fps: float) -> None:
    found = measured(fps, [n / fps for n in range(int(5 * fps))])
    assert [int(t * 10 + 1e-6) for t in found] == list(range(50))


@pytest.mark.parametrize("fps", [1, 10, 15, 15.02])
def test_a_slow_clip_gets_them_all(fps: float) -> None:
    times = [n / fps for n in range(40)]
    assert measured(fps, times) == times


def test_times_rounded_by_the_file_do_not_slip_a_tenth() -> None:
    assert measured(30, [0.0, 0.033, 0.067, 0.0999999, 0.133]) == [0.0, 0.0999999]


@pytest.mark.parametrize("t", [0.0, 3.14, 8.5, 12.05, 20.0, 3599.97])
def test_whoever_begins_at_a_border_measures_what_all_others_do(t: float) -> None:
    border = border_near(t)
    assert abs(border - t) <= 0.05 + 1e-6
    times = [n / 29.97 for n in range(int((t + 5) * 29.97))]
    late = [s for s in times if s >= border]
    assert measured(29.97, late) == [s for s in measured(29.97, times) if s >= border]


def test_a_camera_of_thirty_pictures_is_measured_ten_times_a_second() -> None:
    pace = LivePace()
    times = [n / 30 + 0.004 * (n % 3) for n in range(300)]
    found = [t for t in times if pace.measures(t)]
    assert sum(t >= 5 for t in found) == 50


def test_a_slow_camera_is_measured_in_every_picture() -> None:
    pace = LivePace()
    times = [n / 12 + 0.02 * (n % 2) for n in range(60)]
    assert [t for t in times if pace.measures(t)] == times
