"""`hecha scan`: bulk scans from the office, and reading by hand what a page holds."""

import typer

from deploy.cli.scan_batches import register

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
register(app)
