"""The report as PDF by WeasyPrint (extra `[pdf]`), from the same HTML."""

from __future__ import annotations

from typing import Any

from smr_vision.errors import DeviceError


def pdf(html: str) -> bytes:
    """The page as A4 PDF; nothing but what stands in the page itself is read."""
    try:
        import weasyprint  # noqa: PLC0415 - an optional part
    except ImportError as e:
        raise DeviceError("PDF reports need WeasyPrint. Install it with: pip install 'smr-vision[pdf]'") from e
    except OSError as e:
        raise DeviceError(
            "PDF reports need the Pango library. On Debian or Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0"
        ) from e
    content: Any = weasyprint.HTML(string=html, url_fetcher=_inside_only(weasyprint)).write_pdf()
    return bytes(content)


def _inside_only(weasyprint: Any) -> Any:
    """A fetcher for `data:` only: a report reads no file and no network."""
    return weasyprint.URLFetcher(allowed_protocols=["data"])
