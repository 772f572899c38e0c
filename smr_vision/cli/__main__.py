"""Where `smr` begins, also as `python -m smr_vision.cli`: ready for a stop while the rest is still being loaded."""

import sys


def main() -> None:
    """Load the program and run it."""
    try:
        from smr_vision.runtime.stop import heed_stops  # noqa: PLC0415 - loading takes long enough to be stopped

        heed_stops()
        from smr_vision.cli.main import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        _stopped(130)
    # A library may make an error of its own of a stop; any other is a bug and keeps its traceback.
    except Exception:
        from smr_vision.runtime.stop import ordered_lately  # noqa: PLC0415

        code = ordered_lately()
        if code is None:
            raise
        _stopped(code)
    except SystemExit as e:
        if isinstance(e.code, int) and e.code > 130:  # 129 is told by nobody: its terminal is gone
            _stopped(e.code)
        raise


def _stopped(code: int) -> None:
    from smr_vision.runtime.stop import say_stopped  # noqa: PLC0415

    say_stopped()
    sys.exit(code)


if __name__ == "__main__":
    main()
