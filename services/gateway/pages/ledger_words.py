"""What the ledger says: codes of acts, roles, states and senders become words of a guardian."""

from collections.abc import Mapping

from flask_babel import gettext

from shared.contracts.fields import national
from shared.kernel.ids import UnitCode


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction knows
    """Mark a text for the catalogs."""
    return text


_ROLES = {
    "guardian": N_("家长"),
    "teacher": N_("班主任"),
    "scanner": N_("学校扫描"),
    "homeroom_teacher": N_("班主任"),
    "registrar": N_("学校学籍管理员"),
    "entry_clerk": N_("学校录入人员"),
    "school_leader": N_("学校领导"),
    "reviewer": N_("主管教育行政部门审核人员"),
    "unit_administrator": N_("教育行政部门管理人员"),
    "support_staff": N_("技术支持人员"),
    "auditor": N_("审计管理员"),
    "key_officer": N_("安全管理员"),
    "operator": N_("系统管理员"),
    "service": N_("系统自动"),
}
_SOMEBODY = N_("工作人员")
_UNKNOWN = N_("身份不明")

_ACTS = {
    "hand_in": N_("照片收下并加密存放"),
    "enter_change": N_("录入变更"),
    "type_blind": N_("第二人重新录入变更"),
    "submit_changes": N_("提交变更"),
    "withdraw_change": N_("撤回变更"),
    "approve_change": N_("审核通过"),
    "return_change": N_("退回学校修改"),
    "reject_change": N_("审核不通过"),
    "undo_decision": N_("撤销刚才的审核意见"),
    "query_guardian": N_("请家长核实"),
    "answer_query": N_("登记家长的答复"),
    "add_document": N_("登记证明材料"),
    "confirm_sheet": N_("确认没有变更"),
    "confirm_class": N_("确认没有变更"),
    "undo_confirmation": N_("撤销没有变更的确认"),
    "mark_looked": N_("抽查纸质表"),
    "settle_disagreement": N_("核对笔迹与录入"),
    "finish_sheet": N_("办结这张表"),
    "next_task": N_("打开待审核的变更"),
    "open_task": N_("打开待审核的变更"),
    "put_task_back": N_("交还待审核的变更"),
    "read_cells": N_("查看机器识读的笔迹"),
    "show_duplicate": N_("查看同一证件号码的学籍"),
    "ask_question": N_("提出问题"),
    "answer_question": N_("答复问题"),
    "pass_question": N_("把问题转到上一级"),
    "open_ledger": N_("有人输错查询码"),
}
_READ = N_("系统识读照片")
_LOOKED = N_("打开照片查看")
_DRILLED = N_("检查照片能否打开")
_SHOWN = N_("查看这张表")
_OTHER = N_("其他办理")
_REFUSED = N_("（未获准）")
_PURPOSES = {"read": _READ, "look": _LOOKED, "drill": _DRILLED}
_LOOKS = {
    "show_sheet",
    "show_entries",
    "show_entry",
    "show_work",
    "open_sheet",
    "next_blind",
    "see_question",
    "see_page",
}

_STATES = {
    "drafted": N_("学校已录入，还没有提交"),
    "queried": N_("等待家长核实，请留意班主任的联系"),
    "dropped": N_("核实后不作变更"),
    "submitted": N_("已提交，等待审核"),
    "returned": N_("已退回学校修改"),
    "withdrawn": N_("学校已撤回"),
    "rejected": N_("审核不通过，学籍没有变动"),
    "approved": N_("审核通过，正在更新学籍"),
    "applied": N_("已写入学籍"),
    "conflicted": N_("学籍已先行变动，学校将重新办理"),
    "expired": N_("长期无人办理，已自动关闭"),
}
_UNKNOWN_STATE = N_("正在办理")

# By the digits of a region's code (GB/T 2260); a school decides maintenance.
_DECIDING = {
    2: N_("省级主管教育行政部门"),
    4: N_("市级主管教育行政部门"),
    6: N_("县级主管教育行政部门"),
}
_SCHOOL = N_("本校领导")


def doer_words(act: str, role: str) -> str:
    """Who did something; whoever types a wrong code is nobody we know."""
    return str(gettext(_UNKNOWN)) if act == "open_ledger" else role_words(role)


def role_words(role: str) -> str:
    """A role as guardians call it; never a name."""
    return str(gettext(_ROLES.get(role, _SOMEBODY)))


def act_words(act: str, outcome: str, purpose: str | None) -> str:
    """What was done."""
    return str(gettext(_act(act, purpose))) + ("" if _is_done(act, outcome) else _refused())


def state_words(state: str) -> str:
    """How far a change is."""
    return str(gettext(_STATES.get(state, _UNKNOWN_STATE)))


def decider_words(unit: UnitCode) -> str:
    """Who decides a change, by the level of its unit."""
    return str(gettext(_DECIDING.get(len(unit), _SCHOOL)))


def field_labels() -> Mapping[str, str]:
    """The labels of fields as they stand on the sheet."""
    return {one.key: one.label for one in national().fields}


def _act(act: str, purpose: str | None) -> str:
    if act == "open_object":
        return _PURPOSES.get(purpose or "", _LOOKED)
    return _SHOWN if act in _LOOKS else _ACTS.get(act, _OTHER)


def _is_done(act: str, outcome: str) -> bool:
    # A wrong query code is told as what it is.
    return outcome == "done" or act == "open_ledger"


def _refused() -> str:
    return str(gettext(_REFUSED))
