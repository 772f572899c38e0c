"""The address of a camera in the network: what to show of it, and why it gives no picture."""

from __future__ import annotations

import re
from typing import Final

import cv2  # noqa: F401 - before PyAV, or OpenCV's windows hang (see smr_vision/video/decoding.py)

# isort: split
import av
import av.error

from smr_vision.errors import shown

ASKED_S: Final = 5.0  # a camera that answers does so at once; a phone that wakes takes two or three seconds
_SECRET: Final = re.compile(r"(?<=://)[^/?#]*@")
_LOCKED: Final = (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError)


def without_password(address: str) -> str:
    """The address as it may be shown and kept: name and password left out."""
    return _SECRET.sub("", address)


def why_no_picture(address: str) -> str:
    """One line about an address that gives no picture: what is wrong with it, and what to do.

    Asks once more, for `ASKED_S` at most.
    """
    place = shown(without_password(address))
    try:
        with av.open(address, timeout=(ASKED_S, ASKED_S)) as opened:
            if opened.streams.video:
                return f"{place} answers but sends no picture. Start the phone's camera app again."
    except _LOCKED:
        if place != shown(address):
            return f"{place} does not take this name and password. Look them up in the camera's app."
        scheme, _, rest = place.partition("://")
        return f"{place} wants a name and a password. Write them into it: {scheme}://name:password@{rest}"
    except av.error.HTTPNotFoundError:
        return f"{place}: no camera is there. Look in its app for the whole address; often it ends in /video."
    except (OSError, av.error.FFmpegError) as error:
        if not isinstance(error, av.error.InvalidDataError):
            return f"{place} does not answer. Check the address and that the phone's camera app is running."
    return f"{place} answers, but is no camera. Use the address of its video, not that of its page."
