"""`warraq outlets`: the outlets and what is known of each."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli_options import AsJson, Replay, print_json
from spiders.errors import ImpossibleRequest

app = typer.Typer(help="The outlets and what is known of each.", invoke_without_command=True)


@app.callback()
def outlets(context: typer.Context, as_json: AsJson = False) -> None:
    """List the outlets and what is known of each."""
    if context.invoked_subcommand is None:
        from dataclasses import asdict

        from pipelines.printing import print_outlets
        from spiders.outlet import load_outlets

        known = load_outlets()
        broken = {slug: str(error) for slug, error in known.broken.items()}
        if not known and broken:
            raise ImpossibleRequest("\n".join(broken.values()))
        if as_json:
            told = [{"slug": slug, "broken": sentence} for slug, sentence in broken.items()]
            print_json([*map(asdict, known.values()), *told])
        else:
            print_outlets(known.values(), broken)


@app.command("add")
def outlets_add(
    slug: Annotated[str, typer.Argument(help="The new outlet's name in commands, and its file's name: alraqib.")],
    url: Annotated[str, typer.Argument(help="The address of its home page.")],
    replay: Replay = None,
) -> None:
    """Write a TOML from an outlet's robots.txt, feeds and sitemaps."""
    from pipelines.add_outlet import add_outlet, described

    print(described(add_outlet(slug, url, replay=replay)))
