"""Storage and keys: how full a province's archive is, which keys hold it, and what is to be done.

Nothing is turned here: rotating and erasing keys need the passphrase, which never comes near a page.
"""

from flask import render_template

from services.portal.pages.archive import asking
from services.portal.pages.archive.words import forecast, size_told, to_do, used_bytes
from services.portal.pages.moments import told
from services.portal.pages.staff import Staff, entitled
from shared.contracts.archive_commands import ShowArchive
from shared.kernel.authority import Act
from shared.kernel.clock import BEIJING, utc_now
from shared.kernel.units import province_of
from shared.plumbing.web.app import WebApp

_SHOWN_DIGITS = 16  # of a fingerprint: enough to tell two keys apart, short enough to read aloud


def add_archive(app: WebApp, staff: Staff) -> None:
    """The page of storage and keys."""

    @app.get("/archive")
    def archive() -> str:
        who = entitled(staff, Act.SEE_ARCHIVE)
        shown = asking.shown(staff.house, ShowArchive(province_of(who.actor.path), who.token))
        used = used_bytes(shown)
        share = min(1000, 1000 * used // shown.quota_bytes) if shown.quota_bytes else None
        return render_template(
            "archive/archive.html",
            shown=shown,
            used=size_told(used),
            quota=size_told(shown.quota_bytes),
            share=share,
            pace=size_told(shown.bytes_a_day),
            forecast=forecast(shown, utc_now().astimezone(BEIJING).date()),
            to_do=to_do(shown),
            last_kept=told(shown.last_kept_at),
            witnessed=told(shown.witnessed_at),
            campaigns=[(one, size_told(one.bytes)) for one in shown.campaigns],
            keys=[(one, one.fingerprint[:_SHOWN_DIGITS]) for one in shown.keys],
        )
