"""Form reports: what a trainer sends to a client, as HTML, PDF or a table."""

from smr_vision.report.write import write_report

__all__ = ["write_report"]  # fmt: skip
