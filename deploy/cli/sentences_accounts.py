"""Refusals of signing in and of accounts as sentences; `code:argument` where it depends on one."""

ACCOUNTS = {
    "actor_refused": (
        "登录凭证无效，请重新登录：hecha sign-in。",
        "This is no sign-in that the house believes: hecha sign-in.",
    ),
    "actor_refused:expired": (
        "登录凭证已过期，请重新登录：hecha sign-in。",
        "The sign-in has expired: hecha sign-in.",
    ),
    "actor_refused:second_factor": (
        "这项操作需要第二步验证，请用动态验证码重新登录。",
        "This act needs the second step: sign in again with a code.",
    ),
    "not_allowed": (
        "您的岗位在这个单位没有这项权限；请由有权限的人员办理。",
        "Your role may not do this at this unit: ask whoever may.",
    ),
    "reason_needed": (
        "请用 --reason 说明理由，理由会随这项操作记录在案。",
        "Give a reason with --reason: it is recorded with the act.",
    ),
    "sign_in_refused": (
        "账号、密码或验证码不正确。连续错五次，账号将锁定十五分钟。",
        "Account, password or code is wrong. Five wrong tries in a row lock for fifteen minutes.",
    ),
    "account_locked": (
        "连续输错次数过多，账号已临时锁定，请稍后再试，或请发放账号的人员重置密码。",
        "Too many wrong tries: locked for now. Wait, or ask whoever handed the account out to reset it.",
    ),
    "account_closed": (
        "这个账号不能使用，请联系发放账号的人员。",
        "This account may not be used: ask whoever handed it out.",
    ),
    "account_closed:disabled": (
        "这个账号已停用，请联系发放账号的人员。",
        "This account is disabled: ask whoever handed it out.",
    ),
    "session_ended": (
        "登录已结束（超时、退出或账号变动），请重新登录：hecha sign-in。",
        "The sign-in has ended, by time, sign-out or a change of the account: hecha sign-in.",
    ),
    "not_signed_in": (
        "请先登录：hecha sign-in 账号。",
        "Sign in first: hecha sign-in ACCOUNT.",
    ),
    "sign_in_unfinished": (
        "登录还差一步，请重新登录：hecha sign-in。",
        "A step of signing in is missing: hecha sign-in.",
    ),
    "weak_password": (
        "这个密码不能使用，请换一个。",
        "This password cannot be used: choose another.",
    ),
    "weak_password:short": ("密码至少 12 个字符。", "A password has at least 12 characters."),
    "weak_password:long": ("密码最多 128 个字符。", "A password has at most 128 characters."),
    "weak_password:guessable": (
        "这个密码太容易猜到：不要用常见词、键盘顺序、日期、账号或单位代码拼成；可用四个互不相干的词。",
        "This password can be guessed: no common words, keyboard rows, dates, account or unit codes "
        "put together. Four words that have nothing to do with one another are fine.",
    ),
    "weak_password:same": (
        "新密码不能与现在的密码相同。",
        "The new password is the present one: choose another.",
    ),
    "name_needed": (
        "请填写使用人姓名：每项操作都记在本人名下。",
        "Give the name of who uses the account: every act is recorded under a person.",
    ),
    "roles_exclude": (
        "系统管理员、安全管理员、审计管理员必须由不同的人担任；若只是同名，请注明“同名不同人”。",
        "Operator, key officer and auditor are three people. If this is a namesake, say so.",
    ),
    "role_not_here": ("这一级单位没有这个岗位。", "Units of this level have no such role."),
    "role_not_given": (
        "这个岗位的账号不由您发放；同级管理员由上级发放，系统、安全、审计管理员在服务器上建立。",
        "Accounts of this role are not yours to give: equals come from above, and operator, key "
        "officer and auditor are made on the machine.",
    ),
    "unknown_account": ("没有这个账号，请核对。", "No account has this id: check it."),
    "unknown_person": (
        "这个账号没有这位使用人，请用 hecha accounts people 查看。",
        "Nobody uses the account under this number: see hecha accounts people.",
    ),
    "own_account": (
        "不能停用、移交或重置自己的账号，请由上级办理。",
        "Nobody disables, hands over or resets the own account: ask the level above.",
    ),
    "account_there": (
        "这个岗位的首个账号已经建立；确需再建一个，请加 --another。",
        "The first account of this role was made before; --another makes one more.",
    ),
    "too_many_accounts": (
        "一次发放的账号太多，请分级或分单位发放。",
        "Too many accounts in one order: order them level by level, or unit by unit.",
    ),
    "not_made_here": (
        "服务器上只能管理省级管理员和系统、安全、审计管理员的账号。",
        "The machine looks after the province's administrator and the three exclusive roles alone.",
    ),
}
