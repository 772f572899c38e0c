"""Reports: of one session, of several as one ZIP or one PDF, and words to send with them."""

from __future__ import annotations

import re
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
from smr_vision.desk.places import Places, tame
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
        path = scratch(desk.places, ".zip")
        try:
            if together or len(ids) == 1:
                path.write_bytes(_content(ids, given))
            else:
                with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
                    for identity in ids:
                        name = _free_name(out, _name(identity), f".{given.form}")
                        out.writestr(name, _content([identity], given))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        if len(ids) == 1:
            return sent(path, f"{tame(_name(ids[0]) + '.x')[:-2]}.{given.form}", TYPES[given.form])
        return sent(path, "reports.pdf" if together else "reports.zip", TYPES["pdf"] if together else "application/zip")

    def _content(ids: list[str], given: Wanted) -> bytes:
        return reporting.pdf(ids, given.kind) if given.form == "pdf" else reporting.html(ids[0], given.kind)

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
        Route("/api/reports", web.does(Wanted, reports), methods=["POST"]),
    ]


def framed(text: str) -> Response:
    """A page of the reports' style. Its own policy names style and script by their hashes; ours would forbid both."""
    policy = _POLICY.search(text)
    assert policy is not None
    allowed = f"{unescape(policy[1])}; frame-ancestors 'none'"
    return HTMLResponse(text, headers={**HEADERS, "content-security-policy": allowed})


def scratch(places: Places, ending: str) -> Path:
    """A new file to put together what goes out."""
    with tempfile.NamedTemporaryFile(dir=places.own, suffix=ending, prefix=".give-", delete=False) as file:
        return Path(file.name)


def sent(path: Path, name: str, kind: str) -> Response:
    """The file, which goes once it was given."""
    return FileResponse(path, media_type=kind, filename=name, background=BackgroundTask(path.unlink, missing_ok=True))


def _free_name(out: zipfile.ZipFile, name: str, ending: str) -> str:
    stem, taken = tame(name + ".x")[:-2], set(out.namelist())
    number = 1
    while (found := f"{stem}{f' {number}' if number > 1 else ''}{ending}") in taken:
        number += 1
    return found
