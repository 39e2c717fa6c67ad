"""Questions at the terminal; secrets are never echoed, and a script may send lines instead."""

import getpass
import sys

import typer

from deploy.cli.sentences import speaks_chinese, tell

EMPTY = 1


def ask(chinese: str, english: str) -> str:
    """One line."""
    return _line(chinese if speaks_chinese() else english, hidden=False)


def ask_secret(chinese: str, english: str) -> str:
    """One line that nobody sees."""
    return _line(chinese if speaks_chinese() else english, hidden=True)


def ask_new_password() -> str:
    """A new password, typed twice by a person."""
    while True:
        chosen = ask_secret("新密码（至少 12 个字符）：", "New password (12 characters or more): ")
        if not sys.stdin.isatty():
            return chosen
        if chosen == ask_secret("再输入一次：", "Once more: "):
            return chosen
        tell("两次输入不一致，请重新输入。", "The two differ: type it again.")


def _line(prompt: str, *, hidden: bool) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(prompt) if hidden else _visible(prompt)
    line = sys.stdin.readline()
    if not line:
        tell("输入提前结束。", "The input ended too early.")
        raise typer.Exit(EMPTY)
    return line.rstrip("\r\n")


def _visible(prompt: str) -> str:
    print(prompt, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().rstrip("\r\n")
