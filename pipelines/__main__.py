"""`python -m pipelines` is `warraq`."""

from pipelines.cli import main

main()
