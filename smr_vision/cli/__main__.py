"""Where `smr` begins, also as `python -m smr_vision.cli`: ready for a Ctrl-C while the rest is still being loaded."""

import sys


def main() -> None:
    """Load the program and run it."""
    try:
        from smr_vision.cli import main as program  # noqa: PLC0415 - the loading is what may be stopped
    except KeyboardInterrupt:
        sys.stderr.write("smr: stopped.\n")
        sys.exit(130)
    program.main()


if __name__ == "__main__":
    main()
