"""Dead letters of one service: looked at, brought back, or removed with a reason."""

import json
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from services.portal.pages.moments import told
from services.portal.pages.operating import asking
from services.portal.pages.operating.words import reasons, works
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, check_meant, entitled
from shared.contracts.operate_commands import (
    DeadLetterShown,
    DeadShown,
    DropDead,
    DropReason,
    ReplayDead,
)
from shared.kernel.authority import Act
from shared.kernel.ids import FactId
from shared.plumbing.web.app import WebApp


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter in words."""

    shown: DeadLetterShown
    said: str
    died: str
    body: str


@dataclass(frozen=True, slots=True)
class Pile:
    """The dead letters of one queue."""

    queue: str
    letters: list[Letter]

    @property
    def readable(self) -> int:
        """How many could be brought back."""
        return sum(one.shown.id is not None for one in self.letters)


def add_dead(app: WebApp, staff: Staff) -> None:
    """The page of a service's dead letters, and what its buttons do."""

    @app.get("/operations/dead/<service>")
    def dead_letters(service: str) -> str:
        who = entitled(staff, Act.OPERATE)
        found = asking.dead_of(staff.house, _known(service), who.token)
        return render_template(
            "operating/dead.html",
            service=service,
            work=works()[service],
            piles=_piles(found),
            total=found.total,
            listed=len(found.letters),
            reasons=reasons(),
            said=_said(),
        )

    @app.post("/operations/dead/<service>/replay")
    def replay_dead(service: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.OPERATE)
        order = ReplayDead(who.token, request.form.get("queue", ""), _meant())
        count = asking.replay(staff.house, _known(service), order)
        return redirect(url_for("dead_letters", service=service, replayed=count), 303)

    @app.post("/operations/dead/<service>/drop")
    def drop_dead(service: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.OPERATE)
        reason, back = request.form.get("reason", ""), url_for("dead_letters", service=service)
        if reason not in set(DropReason):
            return redirect(f"{back}?unreasoned=1", 303)
        queue = request.form.get("queue", "")
        order = DropDead(who.token, queue, DropReason(reason), _meant())
        count = asking.drop(staff.house, _known(service), order)
        return redirect(url_for("dead_letters", service=service, dropped=count), 303)


def _known(service: str) -> str:
    if service not in asking.HEARERS:
        raise NotFound
    return service


def _meant() -> FactId | None:
    """The one letter that is meant; None: those of the queue."""
    sent = request.form.get("id", "")
    return FactId(sent) if sent else None


def _piles(found: DeadShown) -> list[Pile]:
    piles: dict[str, Pile] = {}
    for one in found.letters:
        letter = Letter(one, told(one.said_at), told(one.died_at), _laid_out(one.body))
        piles.setdefault(one.queue, Pile(one.queue, [])).letters.append(letter)
    return list(piles.values())


def _laid_out(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


def _said() -> Said | None:
    """What was done just now."""
    sent = request.args
    if sent.get("unreasoned"):
        return Said(_("没有删除"), _("请先选择删除的原因，原因记入审计日志。"))
    if (count := sent.get("replayed", "")).isdecimal():
        advice = _("几秒后会再处理一次；原因没有排除的会再成为死信。")
        return Said(_("已放回 %(count)s 条", count=count), advice, "good" if int(count) else "warn")
    if (count := sent.get("dropped", "")).isdecimal():
        advice = _("每一条都连同原因记入审计日志。")
        return Said(_("已删除 %(count)s 条", count=count), advice, "good" if int(count) else "warn")
    return None
