"""The report as PDF by WeasyPrint (extra `[pdf]`), from the same HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from smr_vision.errors import DeviceError


class LaidOut(Protocol):
    """A report on its pages, as WeasyPrint gives it."""

    @property
    def pages(self) -> Sequence[object]: ...

    def copy(self, pages: Sequence[object]) -> LaidOut: ...

    def write_pdf(self) -> bytes | None: ...


def laid_out(html: str) -> LaidOut:
    """The page on A4; nothing but what stands in the page itself is read."""
    try:
        import weasyprint  # noqa: PLC0415 - an optional part
    except ImportError as e:
        raise DeviceError("PDF reports need WeasyPrint. Install it with: pip install 'smr-vision[pdf]'") from e
    except OSError as e:
        raise DeviceError(
            "PDF reports need the Pango library. On Debian or Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0"
        ) from e
    found: LaidOut = weasyprint.HTML(string=html, url_fetcher=_inside_only(weasyprint)).render()
    return found


def laid_out_to_fit(pages: Iterable[str]) -> LaidOut:
    """The first of the pages a report may be that fits on one sheet of A4; else the last."""
    left = iter(pages)
    found = laid_out(next(left))
    while len(found.pages) > 1 and (html := next(left, None)) is not None:
        found = laid_out(html)
    return found


def pdf_of(reports: Sequence[LaidOut]) -> bytes:
    """One PDF of one or several reports, one after the other."""
    return bytes(reports[0].copy([page for report in reports for page in report.pages]).write_pdf() or b"")


def _inside_only(weasyprint: Any) -> Any:
    """A fetcher for `data:` only: a report reads no file and no network."""
    return weasyprint.URLFetcher(allowed_protocols=["data"])
