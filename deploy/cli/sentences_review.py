"""Refusals of entering and deciding, as sentences that say what to do."""

REVIEW = {
    "unknown_entry": (
        "没有这个变更项，请核对编号。",
        "No change entry has this id: check it.",
    ),
    "unknown_student": (
        "学籍库中没有这名学生。",
        "No record has this student id.",
    ),
    "unknown_field": (
        "没有这个字段，或该字段不从确认表录入（由学籍业务办理）。",
        "There is no such field, or other business of the register moves it.",
    ),
    "invalid_value": (
        "填写内容不符合该字段的要求，请对照确认表重新录入。",
        "What was typed is no value of this field: look at the sheet and type it again.",
    ),
    "no_change": (
        "新值与学籍中现有的值相同，无需变更。",
        "The record holds this value already: there is nothing to change.",
    ),
    "entry_state": (
        "变更项当前的状态不能这样办理，请先查看。",
        "The entry is not in a state for this: look at it first.",
    ),
    "entry_moved": (
        "变更项在您查看之后又有改动，请重新查看后再提交。",
        "The entry changed since you saw it: look again, then submit.",
    ),
    "sheet_not_back": (
        "确认表尚未回收（或家长拒签且无照片），不能录入。",
        "The sheet is not back at school, or was declined without a photo: nothing is entered yet.",
    ),
    "own_entry": (
        "录入人不能审核自己录入的变更，请由他人审核。",
        "Whoever entered a change may not decide it: somebody else has to.",
    ),
    "not_leased": (
        "这一条不在您手上，或已超过五分钟；请重新领取。",
        "The entry is not in your hands, or no longer: take it again.",
    ),
    "entry_held": (
        "这一条正由他人审核，请领取下一条。",
        "Somebody else is deciding this entry: take the next one.",
    ),
    "verdict_reason": (
        "退回、不通过须选择原因；选“其他”或审核后信息仍不一致的，须写明理由。",
        "Choose a reason; “other”, or a record that stays inconsistent, needs words as well.",
    ),
    "too_late_to_undo": (
        "已超过十秒，或不是您作出的决定，不能撤销。",
        "It is more than ten seconds ago, or was not your decision: it cannot be undone.",
    ),
    "inconsistent_outcome": (
        "变更后证件号码、出生日期、性别不一致，请核对后一并录入。",
        "ID number, birth date and sex would not agree: check, and enter them together.",
    ),
    "document_needed": (
        "关键数据变更须附证明材料（户口簿页或公安机关证明）。",
        "A change of key data needs a document: a household book page or a police certificate.",
    ),
    "duplicate_not_seen": (
        "该证件号码已被省内另一份学籍使用，请先对照查看两份学籍。",
        "Another record of the province holds this number: look at both records first.",
    ),
    "unwatched": (
        "审计日志超过四小时未经上级见证，暂不能通过关键数据变更；可先退回或处理其他，并联系运维人员。",
        "The audit log has had no witness for four hours: key data is not approved. Tell operations.",
    ),
    "unknown_document": (
        "本省存储中没有这份材料，不能作为证明；请先上传。",
        "The province's storage keeps no such document: hand it in first.",
    ),
    "document_refused": (
        "这份材料没有收下：请用照片或 PDF，最多 4 页，再试一次。",
        "The document was not taken: use a photo or a PDF of at most four pages, and try again.",
    ),
    "documents_away": (
        "存储服务暂时没有应答，材料没有关联，请稍后再试。",
        "Storage does not answer, nothing was tied: try again in a moment.",
    ),
    "records_away": (
        "学籍服务没有及时应答，未作任何改动，请稍后再试。",
        "The roster did not answer in time; nothing was changed. Try again later.",
    ),
    "no_disagreement": (
        "该字段的纸面与录入并无这种不一致，请重新查看。",
        "Paper and entries do not differ like this about the field: look again.",
    ),
    "words_needed": (
        "请写明内容（选“其他”时须写明理由，答复不能为空）。",
        "Write it down: “other” needs a reason, and an answer cannot be empty.",
    ),
    "nothing_to_confirm": (
        "没有可确认为无变更的确认表：须已回收、变更栏空白、已签名。",
        "No sheet can be confirmed: it has to be back, blank and signed.",
    ),
    "unknown_sample": (
        "没有这次抽查，或已经用过；请重新运行 hecha review lane。",
        "No open sample has this id: draw one with hecha review lane.",
    ),
    "sample_not_seen": (
        "抽查的确认表尚未全部查看，不能整班确认。",
        "Look at every sheet of the sample first: then the class can be confirmed.",
    ),
    "sheet_unsure": (
        "这张确认表已有变更项，或有笔迹尚未核对，不能确认为无变更。",
        "The sheet has entries, or ink that nobody has settled: it is not without change.",
    ),
    "unknown_finding": (
        "没有这条人籍一致核查记录。",
        "No finding of the class reality check has this id.",
    ),
    "check_incomplete": (
        "还有学生没有核查结果，请逐一核查后再提交。",
        "Some pupils have no finding yet: note one for each, then hand the class in.",
    ),
    "proof_needed": (
        "该情况须附证明材料（其他证件，或学生监护人签字、学校盖章的无证件证明）。",
        "This finding needs its document: the other ID, or the signed and stamped attestation.",
    ),
    "nothing_to_type": (
        "该变更项未被抽中复录，或已复录。",
        "The entry was not chosen for a second typing, or was typed already.",
    ),
}
