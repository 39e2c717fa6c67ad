"""What is told about a log that does not verify: what is wrong, where, and what to do."""

from services.audit.domain import Finding, Wrong

_EVIDENCE = (
    "请立即停写并保全数据库与对象存储，用上级联署的检查点核对备份，从最近一份能通过核验的备份恢复。",
    "Stop the service, keep database and bucket as evidence, and restore the newest backup that "
    "verifies against a checkpoint of the level above.",
)
_ABOVE = (
    "事件本身完好；请保全数据库，查明何人改动，再从备份恢复该行。",
    "The events themselves are whole: keep the database as evidence, find out who wrote to it, and "
    "restore this row from a backup.",
)
_NUMBERS = (
    "请查看该服务的发件箱和审计队列的死信（hecha bus dead list）；都没有的，即在发出之前被删除，"
    "请保全该服务的数据库并查明何人改动。",
    "Look at the outbox of that service and at audit's dead letters (hecha bus dead list); what is "
    "in neither was removed before it left: keep that service's database as evidence.",
)

# What is wrong, in two languages, and what to do about it.
SENTENCES: dict[Wrong, tuple[str, str, tuple[str, str]]] = {
    Wrong.EDITED: ("内容被改动", "was changed", _EVIDENCE),
    Wrong.REPLACED: ("连同哈希一起被替换", "was replaced, hash and all", _EVIDENCE),
    Wrong.MISSING: ("被删除", "was deleted", _EVIDENCE),
    Wrong.INSERTED: ("是后来插入的", "was put in later", _EVIDENCE),
    Wrong.MISPLACED: ("被调换了位置", "was moved here from another place", _EVIDENCE),
    Wrong.CUT: ("起至末尾被删除", "and what follows was cut off", _EVIDENCE),
    Wrong.INDEX: ("的检索栏与内容不符", "is not what its searched columns say", _ABOVE),
    Wrong.HEAD: ("处的日志头与事件不符", "is not where the log's head says it ends", _ABOVE),
    Wrong.SUBTREE: ("起的汇总哈希与事件不符", "and on: a kept hash is not theirs", _ABOVE),
    Wrong.CHECKPOINT: (
        "所在区间与检查点不符，历史被改写",
        "and on: the checkpoint says another history",
        _EVIDENCE,
    ),
    Wrong.SIGNATURE: (
        "处的检查点不是本日志密钥签发的",
        ": the checkpoint there is not signed by the log's key",
        _ABOVE,
    ),
    Wrong.NUMBER_TWICE: ("的来源编号出现了两次", "has a number that came twice", _NUMBERS),
    Wrong.NUMBER_MISSING: ("号事件始终没有到达", "was said and never came", _NUMBERS),
}


def sentence_of(finding: Finding, *, chinese: bool) -> str:
    """One finding as a sentence, without what to do."""
    words = SENTENCES[finding.wrong]
    place = str(finding.seq)
    if finding.until is not None and finding.until != finding.seq:
        place += f"–{finding.until}"
    if finding.wrong is Wrong.NUMBER_MISSING:
        return (
            f"{finding.source} 第 {place} {words[0]}"
            if chinese
            else f"act {place} of {finding.source} {words[1]}"
        )
    return f"第 {place} 条{words[0]}" if chinese else f"event {place} {words[1]}"


def advice_of(finding: Finding, *, chinese: bool) -> str:
    """What to do about it."""
    return SENTENCES[finding.wrong][2][0 if chinese else 1]


# Refusals of the audit log.
AUDIT = {
    "unknown_event": (
        "日志中没有这一条，请用 hecha audit state 查看条数。",
        "The log has no such event: hecha audit state tells how many there are.",
    ),
    "no_checkpoint": (
        "这一条还没有检查点，请一分钟后再试。",
        "No checkpoint covers this event yet: try again in a minute.",
    ),
    "too_many_events": (
        "一次导出的事件太多，请缩小范围，或用 hecha audit export。",
        "Too many events for one export: narrow it, or use hecha audit export.",
    ),
    "ledger_refused": (
        "查询码不对，或一小时内输错太多次，请稍后再试。",
        "A wrong query code, or too many wrong ones within the hour: try later.",
    ),
    "witness_refused": (
        "上级拒绝联署检查点：两边记录的历史不同。请用 hecha audit verify 核验，并联系上级。",
        "The level above does not countersign: the two remember different pasts. Verify, and ask it.",
    ),
}
