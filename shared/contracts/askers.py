"""Which service may ask which question of which other: everything else is refused by the bus.

A login that was stolen asks no more than its service does: the public edge learns a masked
name, never a class. A contract test holds this list against the code. Operators ask as the
bus's administrator.
"""

ASKS: dict[str, tuple[str, ...]] = {
    "gateway": (
        *("forms.sheet_face", "scan.photo_state"),
        *("support.ask", "support.answers_of_sheet", "support.search_faq"),
        *("audit.sheet_ledger", "review.sheet_changes", "storage.sheet_photos"),
    ),
    "forms": ("roster.snapshot_class", "roster.classes"),
    "scan": ("storage.grant", "review.sheet_in_hands"),
    "review": ("roster.field_values", "roster.id_holder"),
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
        "review.next_task",
        "review.put_task_back",
        "review.show_duplicate",
        "review.decide_change",
        "review.undo_decision",
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
        *("accounts.add_person", "accounts.hand_over", "accounts.reset_password"),
        *("accounts.disable_account", "accounts.restore_account", "roster.units"),
        *("scan.look_at_page", "scan.read_cells", "storage.grant"),
        *("review.show_work", "review.open_sheet", "review.enter_change"),
        *("review.submit_changes", "review.withdraw_change", "review.add_document"),
        *("review.query_guardian", "review.answer_query", "review.settle_disagreement"),
        *("review.finish_sheet", "review.confirm_sheet", "review.draw_sample"),
        *("review.mark_looked", "review.confirm_class", "review.undo_confirmation"),
        *("progress.table", "progress.stalled", "progress.unit_reports", "progress.show_report"),
        *("progress.prepare_report", "progress.sign_report", "progress.judge_report"),
    ),
}
