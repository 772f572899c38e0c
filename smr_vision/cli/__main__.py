"""Where `smr` begins, also as `python -m smr_vision.cli`: ready for a stop while the rest is still being loaded."""

import sys


def main() -> None:
    """Load the program and run it."""
    try:
        from smr_vision.cli.stop import heed_stops  # noqa: PLC0415 - loading takes long enough to be stopped

        heed_stops()
        from smr_vision.cli.main import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        _stopped()
    except RuntimeError as error:
        # Where a stop meets the making of a class, Python up to 3.11 says that the making failed.
        if isinstance(error.__cause__, KeyboardInterrupt):
            _stopped()
        if isinstance(error.__cause__, SystemExit):
            raise error.__cause__ from None
        raise


def _stopped() -> None:
    sys.stderr.write("smr: stopped.\n")
    sys.exit(130)


if __name__ == "__main__":
    main()
