"""Which services hear which fact: what a speaker may rely on without knowing their code.

A fact that somebody must hear and that finds no queue means that the topology was not
declared; a fact that nobody hears yet may go unheard. A contract test holds this list
against the handlers.
"""

HEARERS: dict[str, tuple[str, ...]] = {
    "unit_registered": (
        *("progress", "campaign", "accounts", "review", "audit", "support", "scan"),
    ),
    "scope_counted": ("progress",),
    "campaign_opened": ("roster", "accounts", "review"),
    "window_opened": ("forms", "review"),
    "window_closed": ("forms", "review"),
    "layout_published": ("scan",),
    "sheet_issued": ("scan", "progress", "review", "support", "campaign"),
    "cover_issued": ("scan",),
    "photo_received.photo": ("storage",),
    "photo_kept.photo": ("scan",),
    "photo_kept.page": ("scan",),
    "photo_damaged": ("scan",),
    "page_read.photo": ("scan",),
    "page_read.page": ("scan",),
    "cells_read": ("review",),
    "sheet_photographed": ("progress", "review"),
    "sheet_returned": ("progress", "review", "campaign"),
    "photo_unreadable": ("progress",),
    "act_done": ("audit",),
    "checkpoint_witnessed": ("storage", "review"),
    "sheet_confirmed": ("progress", "campaign", "scan"),
    "sheet_entered": ("progress", "campaign"),
    "change_entered": ("progress", "campaign", "scan"),
    "change_queried": ("progress", "support", "campaign"),
    "change_withdrawn": ("progress", "campaign"),
    "change_approved": ("progress", "roster", "campaign"),
    "change_returned": ("progress", "support", "campaign"),
    "change_rejected": ("progress", "campaign"),
    "change_expired": ("progress", "campaign"),
    "change_applied": ("progress", "review"),
    "change_conflicted": ("progress", "review"),
    "record_changed": ("review",),
}


def is_heard(routing_key: str) -> bool:
    """Whether somebody must hear a fact said under `<fact>.v<n>.<province>[.<lane>]`."""
    name, _, *rest = routing_key.split(".")
    lane = rest[1] if len(rest) > 1 else None
    return name in HEARERS or (lane is not None and f"{name}.{lane}" in HEARERS)
