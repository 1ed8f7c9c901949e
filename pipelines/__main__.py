"""`warraq`, or `python -m pipelines`: it can be stopped from its first line on."""

from spiders import stopping


def main() -> None:
    """Runs the command line; ends the process with 75 where somebody stopped it."""
    try:
        try:
            stopping.listen()
            from pipelines.cli import main as run

            stopping.check()  # what is imported may have swallowed the signal
            run()
        finally:
            stopping.deaf()
            stopping.check()
    except stopping.Stopped:
        stopping.end()


if __name__ == "__main__":
    main()
