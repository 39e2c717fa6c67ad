"""Roles as people call them."""

from shared.kernel.authority import Role

ROLE_NAMES = {
    Role.GUARDIAN: "监护人",
    Role.HOMEROOM_TEACHER: "班主任",
    Role.REGISTRAR: "学籍管理员",
    Role.ENTRY_CLERK: "录入人员",
    Role.SCHOOL_LEADER: "学校领导",
    Role.REVIEWER: "审核人员",
    Role.UNIT_ADMINISTRATOR: "管理人员",
    Role.SUPPORT_STAFF: "技术支持人员",
    Role.OPERATOR: "系统管理员",
    Role.KEY_OFFICER: "安全管理员",
    Role.AUDITOR: "审计管理员",
}
