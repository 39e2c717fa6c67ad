"""`./run guides`: pictures and printed copies of the guides, from a demo that it starts and ends."""

import sys
import tempfile
from pathlib import Path

from tests.browser import guides
from tests.browser.demo_process import demo_at
from tests.coming_up import NotUpError


def main() -> int:
    """Make them in the folder that the command line names."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("var/guides")
    with tempfile.TemporaryDirectory(prefix="hecha-guides-") as name:
        folder = Path(name) / "demo"
        print("guides: starting a demo, about a minute", file=sys.stderr)
        try:
            with demo_at(folder):
                guides.main([str(folder), str(out)])
        except NotUpError as ended:
            print(f"guides: the demo did not come up\n{ended}", file=sys.stderr)
            return 1
    print(f"guides: pictures and PDFs lie in {out}; the portal shows them after its next start")
    return 0


if __name__ == "__main__":
    sys.exit(main())
