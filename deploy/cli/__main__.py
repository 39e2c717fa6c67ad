"""`hecha`: one command group per room, loaded only when it is asked for.

Exit codes: 0 done, 1 problems found or refused, 2 wrong usage, 3 something is unavailable.
Standard output is data; progress, sentences and logs go to standard error.
"""

import deploy.quiet  # noqa: F401, I001  # before anything imports Eventlet
import sys
from importlib import import_module

GROUPS = {
    "kit": ("deploy.cli.kit", "the offline kit: init, print, read"),
    "sign-in": ("deploy.cli.sign_in", "sign in at this terminal"),
    "sign-out": ("deploy.cli.sign_out", "sign out at this terminal"),
    "accounts": ("deploy.cli.accounts", "hand accounts down, look after them"),
    "roster": ("deploy.cli.roster", "check and import rosters, export wrong rows"),
    "window": ("deploy.cli.window", "open, close and show the time windows"),
    "sheets": ("deploy.cli.sheets", "print sheets, fetch the file"),
    "scan": ("deploy.cli.scan", "hand in bulk scans, look at them, commit them"),
    "storage": ("deploy.cli.storage", "init, verify, capacity, rotate"),
    "rehearse": ("deploy.cli.rehearse", "photos and scans with their truth, and scores"),
    "audit": (
        "deploy.cli.audit",
        "verify the log of every act, prove, show, the ledger of a sheet",
    ),
    "progress": (
        "deploy.cli.progress",
        "show, recount; tables, stalled units, who is missing; reports up",
    ),
    "review": ("deploy.cli.review", "enter changes, decide them one by one, confirm sheets, watch"),
    "support": ("deploy.cli.support", "questions and answers, the FAQ, where trouble comes from"),
    "bus": ("deploy.cli.bus", "topology, dead letters, say again"),
    "db": ("deploy.cli.db", "bring every database to its newest schema"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one group; without one, list them."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments or arguments[0] not in GROUPS:
        print("usage: hecha GROUP COMMAND ...\n", file=sys.stderr)
        for name, (_, what) in GROUPS.items():
            print(f"  {name:10} {what}", file=sys.stderr)
        return 0 if arguments[:1] in ([], ["--help"]) else 2
    if (away := environment_trouble()) is not None:
        print(away, file=sys.stderr)
        return 3
    module = import_module(GROUPS[arguments[0]][0])
    return run_group(module.app, arguments)


def environment_trouble() -> str | None:
    """Load the settings that HECHA_ENVIRONMENT_FILE names; what was wrong with it."""
    from deploy.environment_file import load_environment_file
    from shared.plumbing.settings import SettingsError

    try:
        load_environment_file()
    except SettingsError as wrong:
        return f"hecha: {wrong}"
    return None


def run_group(app: object, arguments: list[str]) -> int:
    """Run a typer app and turn a refusal into a sentence and an exit code."""
    from deploy.cli.sentences import explain, tell_of_file
    from shared.kernel.errors import DomainError

    try:
        app(args=arguments[1:], prog_name=f"hecha {arguments[0]}", standalone_mode=True)  # type: ignore[operator]  # a typer.Typer
    except DomainError as refusal:
        print(explain(refusal), file=sys.stderr)
        return 1
    except OSError as wrong:
        if wrong.filename is None:
            raise
        tell_of_file(wrong)
        return 1
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
