"""`hecha sign-in`: whoever sits at this terminal."""

from typing import Annotated

import typer

from deploy.cli.asking import ask, ask_new_password, ask_secret
from deploy.cli.sentences import tell
from deploy.cli.signed_in import (
    keep_session,
    office_at_hand,
)
from deploy.cli.trouble import explained
from services.accounts import signing_in, steps
from services.accounts.office import Office
from shared.contracts.sign_in_commands import (
    EnrolSecondStep,
    GiveCode,
    SetPassword,
    SignedIn,
    SignIn,
    Step,
)
from shared.kernel.clock import BEIJING
from shared.kernel.errors_accounts import NameNeededError
from shared.workbooks.role_names import ROLE_NAMES

app = typer.Typer(add_completion=False, help="Sign in at this terminal.")


@app.command(name="sign-in")
@explained
def sign_in(login: Annotated[str, typer.Argument(help="440305-017.03, or .../2")]) -> None:
    """Sign in; asks for whatever is needed, and keeps the session for the commands that follow."""
    with office_at_hand() as office:
        told = signing_in.sign_in(office, SignIn(login, ask_secret("密码：", "Password: ")))
        while told.step is not Step.DONE:
            told = _STEPS[told.step](office, told)
    keep_session(told.session, login)
    until = f"{told.ends_at.astimezone(BEIJING):%H:%M}"
    role = ROLE_NAMES[told.role]
    tell(
        f"已登录：{told.unit} {role}，最迟至北京时间 {until}。",
        f"Signed in: {told.role.value} at {told.unit}, until {until} Beijing time at the latest.",
    )


def _code(office: Office, told: SignedIn) -> SignedIn:
    return steps.give_code(office, GiveCode(told.session, _ask_code()))


def _password(office: Office, told: SignedIn) -> SignedIn:
    password = ask_new_password()
    try:
        return steps.set_password(office, SetPassword(told.session, password))
    except NameNeededError:
        name = ask("使用人姓名：", "Your name: ")
        return steps.set_password(office, SetPassword(told.session, password, name))


def _enrol(office: Office, told: SignedIn) -> SignedIn:
    drawn = steps.enrol(office, EnrolSecondStep(told.session))
    tell(
        "请在手机的身份验证器中新增账号，密钥只显示这一次：",
        "Add an account to the authenticator on your phone; the key is shown this once:",
    )
    print(drawn.seed)
    print(drawn.address)
    return steps.give_code(office, GiveCode(told.session, _ask_code()))


def _ask_code() -> str:
    return ask_secret("验证器上的六位数字：", "The six digits of the authenticator: ")


_STEPS = {Step.CODE: _code, Step.PASSWORD: _password, Step.ENROL: _enrol}
