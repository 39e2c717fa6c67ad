"""`hecha scan`: bulk scans from the office, and reading by hand what a page holds."""

import typer

from deploy.cli import scan_batches, scan_cell, scan_pages, scan_photos, scan_ticket, scan_views

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
scan_batches.register(app)
scan_photos.register(app)
scan_pages.register(app)
scan_views.register(app)
scan_ticket.register(app)
scan_cell.register(app)
