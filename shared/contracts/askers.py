"""Which service may ask which question of which other: everything else is refused by the bus.

A login that was stolen asks no more than its service does: the public edge learns a masked
name, never a class. A contract test holds this list against the code. Operators ask as the
bus's administrator.
"""

from shared.contracts.events import ALL_SERVICES

# How a service stands and its dead letters: each is asked about itself alone.
_HEARERS = tuple(service for service in ALL_SERVICES if service not in {"gateway", "portal"})
_OF_OPERATORS = (
    *(f"{service}.show_service" for service in ALL_SERVICES),
    *(f"{service}.{act}_dead" for service in _HEARERS for act in ("list", "replay", "drop")),
)

ASKS: dict[str, tuple[str, ...]] = {
    "gateway": (
        *("forms.sheet_face", "scan.photo_state"),
        *("support.ask", "support.answers_of_sheet", "support.search_faq"),
        *("audit.sheet_ledger", "review.sheet_changes", "storage.sheet_photos"),
    ),
    "campaign": ("review.count_drafts",),
    "forms": ("roster.snapshot_class", "roster.classes", "roster.record_versions"),
    "scan": ("storage.grant", "review.sheet_in_hands"),
    "review": ("roster.field_values", "roster.id_holder", "storage.object_state"),
    "roster": ("review.approved_value",),
    "portal": (
        "accounts.sign_in",
        "accounts.give_code",
        "accounts.set_password",
        "accounts.enrol_second_step",
        "accounts.take_token",
        "accounts.sign_out",
        "progress.counts",
        "progress.children",
        "roster.named_units",
        "roster.pupil_names",
        *("roster.list_files", "roster.show_file", "roster.check_file", "roster.write_file"),
        "roster.drop_file",
        *("forms.list_printing", "forms.show_class_printing", "forms.preview_sheet"),
        *("forms.print_class", "forms.print_school", "forms.job_status", "forms.collect"),
        "forms.manifest",
        "review.next_task",
        "review.put_task_back",
        "review.show_duplicate",
        "review.decide_change",
        *("review.undo_decision", "review.show_queue"),
        *("campaign.show_regions", "campaign.rehearse_window"),
        *("campaign.set_window", "campaign.close_window", "campaign.inherit_window"),
        "progress.sheet_stages",
        "support.inbox",
        "support.own_questions",
        "support.show_question",
        "support.ask_as_staff",
        "support.answer_question",
        "support.pass_question",
        "support.publish_faq",
        "support.retract_faq",
        "support.search_as_staff",
        "support.trouble_figures",
        *("accounts.list_accounts", "accounts.show_account", "accounts.issue_accounts"),
        *("accounts.colleagues", "accounts.support_staff"),
        *("accounts.add_person", "accounts.hand_over", "accounts.reset_password"),
        *("accounts.disable_account", "accounts.restore_account", "roster.units"),
        *("scan.look_at_page", "scan.look_at_photo", "scan.read_cells", "storage.grant"),
        "storage.show_archive",
        *_OF_OPERATORS,
        *("scan.list_batches", "scan.show_batch", "scan.list_open_pages", "scan.show_candidates"),
        *("scan.look_at_batch_page", "scan.find_sheet", "scan.hold_batch", "scan.let_batch_go"),
        *("scan.hand_over_batch", "scan.commit_batch", "scan.take_back", "scan.discard_batch"),
        *("scan.discard_page", "scan.discard_open", "scan.assign_page", "scan.undo_page"),
        *("review.show_work", "review.open_sheet", "review.enter_change"),
        *("review.submit_changes", "review.withdraw_change", "review.add_document"),
        *("review.query_guardian", "review.answer_query", "review.settle_disagreement"),
        *("review.finish_sheet", "review.confirm_sheet", "review.draw_sample"),
        *("review.mark_looked", "review.confirm_class", "review.undo_confirmation"),
        *("progress.urge_unit", "progress.list_urges"),
        *("progress.table", "progress.stalled", "progress.unit_reports", "progress.show_report"),
        *("progress.prepare_report", "progress.sign_report", "progress.judge_report"),
        *("roster.pupil_names", "progress.class_sheets", "scan.show_ticks", "scan.tick_sheet"),
        *("scan.photo_states", "scan.list_open_photos", "scan.show_open_photo"),
        *("scan.assign_photo", "scan.discard_photo", "scan.undo_photo"),
        *("review.show_check", "review.note_finding", "review.hand_in_check"),
        *("review.settle_finding", "review.list_queries"),
        *("review.look_at_document", "review.look_at_proof", "review.add_proof"),
        *("review.take_document_back", "review.take_proof_back"),
        *("review.list_school_changes", "review.open_task"),
        *("audit.show_events", "audit.verify_log", "audit.prove_event", "audit.export_events"),
    ),
}
