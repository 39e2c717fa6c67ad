"""The sentences of `hecha support`."""

SUPPORT = {
    "unknown_question": (
        "没有这个问题，请用 hecha support inbox 查看。",
        "No question has this id: hecha support inbox lists them.",
    ),
    "unknown_entry": (
        "没有这条问答或常用答复，或已撤回。",
        "No entry has this number, or it was taken away.",
    ),
    "text_refused": (
        "请填写文字，且不超过规定字数。",
        "Write a text, and no longer than allowed.",
    ),
    "unknown_field": (
        "没有这个项目，请核对项目代码。",
        "The catalogue has no such field: check its key.",
    ),
    "too_many_questions": (
        "这张确认表待答复的问题已达上限，请先等待答复。",
        "This sheet has as many open questions as it may have: wait for their answers.",
    ),
    "nobody_above": (
        "问题已在省级或已答复，不能再转交上级。",
        "The question lies with the province or is answered: nobody stands above.",
    ),
    "own_question": (
        "不能答复自己提出的问题。",
        "Nobody answers their own question.",
    ),
    "no_answer_yet": (
        "这个问题还没有答复，不能发布为问答。",
        "The question has no answer yet: answer it first.",
    ),
}
