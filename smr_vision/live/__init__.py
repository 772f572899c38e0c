"""`smr live`: from the command's options to a session that runs, and to its exit code."""

from smr_vision.live.session import LiveOptions, run_live

__all__ = ["LiveOptions", "run_live"]  # fmt: skip
