"""Reports: of one session, of several as one ZIP or one PDF, and words to send with them."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from html import unescape
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from smr_vision.desk.guard import HEADERS
from smr_vision.desk.places import GIVEN, Places, tame
from smr_vision.desk.reporting import Reporting
from smr_vision.desk.web import RequestBody, Web, checked_id, given_id
from smr_vision.errors import InputError
from smr_vision.report.html import ReportKind

KINDS: Final[dict[str, ReportKind]] = {"full": "full", "page": "page", "progress": "progress"}
TITLES: Final = {
    "full": ("Full report", "Everything that was measured, with pictures and plots."),
    "page": ("One page", "What went well, the one thing to fix, and what was done. Always fits on one page."),
    "progress": ("Progress", "What changed since the first time, and the curves between."),
}
TYPES: Final = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
_POLICY: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')


class Wanted(RequestBody):
    ids: Annotated[list[str], Field(min_length=1, max_length=60)]
    form: Literal["pdf", "html"] = "pdf"
    kind: ReportKind = "full"
    together: bool = False


def routes(web: Web) -> list[BaseRoute]:
    desk = web.desk
    reporting = Reporting(desk)

    def report(request: Request) -> Response:
        return framed(reporting.html(given_id(request), _kind(request)).decode())

    def message(request: Request) -> object:
        return {"words": reporting.message(given_id(request), _kind(request))}

    def reports(request: Request, given: Wanted) -> Response:
        """One report as its file; several in one ZIP, or in one PDF."""
        del request
        ids = [checked_id(i) for i in given.ids]
        together = given.together and given.form == "pdf"
        folder = scratch(desk.places)
        try:
            made = _made(ids, given, folder, together=together)
            if len(ids) == 1:
                return sent(made[0], f"{tame(_name(ids[0]) + '.x')[:-2]}.{given.form}", TYPES[given.form])
            if together:
                return sent(made[0], "reports.pdf", TYPES["pdf"])
            path = folder / "reports.zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
                for identity, report in zip(ids, made, strict=True):
                    out.write(report, _free_name(out, _name(identity), f".{given.form}"))
            return sent(path, "reports.zip", "application/zip")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _made(ids: list[str], given: Wanted, folder: Path, *, together: bool) -> list[Path]:
        """The files of the reports."""
        if given.form == "pdf":
            return desk.printer.printed((reporting.paper(i, given.kind) for i in ids), folder, together=together)
        files = [folder / f"{number}.html" for number in range(len(ids))]
        for identity, file in zip(ids, files, strict=True):
            file.write_bytes(reporting.html(identity, given.kind))
        return files

    def _name(identity: str) -> str:
        entry = desk.store.entry(identity)
        return f"{entry.person or 'report'} {entry.recorded_at[:10]}"

    def _kind(request: Request) -> ReportKind:
        found = KINDS.get(request.query_params.get("kind", desk.settings.report))
        if found is None:
            raise InputError("There is no such kind of report.")
        return found

    return [
        Route("/sessions/{id}/report", web.page(report), methods=["GET"]),
        Route("/api/sessions/{id}/message", web.told(message), methods=["GET"]),
        Route("/api/reports", web.does(Wanted, reports, slow=True), methods=["POST"]),
    ]


def framed(text: str) -> Response:
    """A page of the reports' style. Its own policy names style and script by their hashes; ours would forbid both."""
    policy = _POLICY.search(text)
    assert policy is not None
    allowed = f"{unescape(policy[1])}; frame-ancestors 'none'"
    return HTMLResponse(text, headers={**HEADERS, "content-security-policy": allowed})


def scratch(places: Places) -> Path:
    """A new folder to put together what goes out."""
    return Path(tempfile.mkdtemp(dir=places.own, prefix=GIVEN))


def sent(path: Path, name: str, kind: str) -> Response:
    """The file, which goes with its folder once it was given."""
    gone = BackgroundTask(shutil.rmtree, path.parent, ignore_errors=True)
    return FileResponse(path, media_type=kind, filename=name, background=gone)


def _free_name(out: zipfile.ZipFile, name: str, ending: str) -> str:
    stem, taken = tame(name + ".x")[:-2], set(out.namelist())
    number = 1
    while (found := f"{stem}{f' {number}' if number > 1 else ''}{ending}") in taken:
        number += 1
    return found
