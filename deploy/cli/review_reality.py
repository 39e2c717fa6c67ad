"""`hecha review check | found | attest | hand-in | settle`: the class reality check."""

from typing import Annotated

import typer

from deploy.cli.review_house import at_work
from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from services.review.reality import proving, usecases
from shared.contracts.reality_commands import (
    AddProof,
    Check,
    Finding,
    HandInCheck,
    NoteFinding,
    Outcome,
    SettleFinding,
    ShowCheck,
)
from shared.contracts.review_commands import DocumentKind
from shared.kernel.ids import CampaignId, ObjectId, StudentId, UnitCode

Class = Annotated[str, typer.Argument(metavar="CLASS", help="code of the class")]
FindingId = Annotated[str, typer.Argument(metavar="FINDING", help="id of the finding")]
CampaignOption = Annotated[str, typer.Option(help="id of the campaign")]
_WORDS = {
    Finding.PRESENT: "在校，有学籍",
    Finding.NO_RECORD: "在校，无学籍",
    Finding.RECORD_ELSEWHERE: "在校，学籍在外校",
    Finding.NOT_PRESENT: "有学籍，不在校",
    Finding.STATUS_WRONG: "在校状态不实",
    Finding.OTHER_DOCUMENT: "其他证件",
    Finding.NO_DOCUMENT: "无证件",
    None: "未核查",
}


def register(app: typer.Typer) -> None:
    """Add the commands of the class reality check to `hecha review`."""
    for name, command in (
        ("check", check),
        ("found", found),
        ("attest", attest),
        ("hand-in", hand_in),
        ("settle", settle),
    ):
        app.command(name=name)(explained(command))


def check(unit: Class, campaign: CampaignOption = "44-2026a") -> None:
    """The findings of a class; pupils without one first."""
    with at_work() as (room, actor, own):
        request = ShowCheck(own, CampaignId(campaign), UnitCode(unit))
        _show(usecases.show_check(room, actor, request))


def found(
    unit: Class,
    finding: Annotated[Finding, typer.Argument(help="what was found")],
    student: Annotated[str, typer.Option(help="id of the pupil; none: no record at all")] = "",
    note: Annotated[str, typer.Option(help="in words")] = "",
    campaign: CampaignOption = "44-2026a",
) -> None:
    """Note what was found about one pupil."""
    whom = StudentId(student) if student else None
    with at_work() as (room, actor, own):
        request = NoteFinding(own, CampaignId(campaign), UnitCode(unit), whom, finding, note)
        _show(usecases.note_finding(room, actor, request))


def attest(
    finding: FindingId,
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="id of the sealed document")],
    kind: Annotated[DocumentKind, typer.Option(help="what it is")] = DocumentKind.ATTESTATION,
) -> None:
    """Tie a sealed document to a finding as its proof."""
    with at_work() as (room, actor, own):
        request = AddProof(own, finding, ObjectId(object_), kind)
        _show(proving.add_proof(room, actor, request))


def hand_in(unit: Class, campaign: CampaignOption = "44-2026a") -> None:
    """Hand the findings of a class in to the registrar."""
    with at_work() as (room, actor, own):
        request = HandInCheck(own, CampaignId(campaign), UnitCode(unit))
        _show(usecases.hand_in_check(room, actor, request))


def settle(
    finding: FindingId,
    outcome: Annotated[Outcome, typer.Argument(help="what was done about it")],
) -> None:
    """Say what was done about a finding, or send it back."""
    with at_work() as (room, actor, own):
        request = SettleFinding(own, finding, outcome)
        _show(usecases.settle_finding(room, actor, request))


def _show(checked: Check) -> None:
    for one in checked.findings:
        number = "" if one.number_in_class is None else f"{one.number_in_class}号"
        state = f"  {one.state}" if one.state else ""
        outcome = f"  {one.outcome}" if one.outcome else ""
        who = one.student or "无学籍"
        print(f"{one.finding or '-':32}  {who:32}  {number}  {_WORDS[one.kind]}{state}{outcome}")
    tell(
        f"还有 {checked.missing} 名学生未核查。" if checked.missing else "全班均已核查。",
        f"{checked.missing} pupils without a finding." if checked.missing else "Nobody is missing.",
    )
