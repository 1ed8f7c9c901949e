"""`warraq`, or `python -m pipelines`: it can be stopped from its first line on."""

from spiders import stopping


def main() -> None:
    """Runs the command line; ends the process with 75 where somebody stopped it."""
    stopping.listen()
    try:
        from pipelines.cli import main as run

        run()
    except stopping.Stopped:
        stopping.end()
    finally:
        stopping.deaf()


if __name__ == "__main__":
    main()
