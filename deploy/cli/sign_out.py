"""`hecha sign-out`: ends the session of this terminal."""

import typer

from deploy.cli.sentences import tell
from deploy.cli.signed_in import NotSignedInError, forget_session, kept_session, office_at_hand
from deploy.cli.trouble import explained
from services.accounts import signing_in
from shared.contracts.sign_in_commands import SignOut

app = typer.Typer(add_completion=False, help="Sign out at this terminal.")


@app.command(name="sign-out")
@explained
def sign_out() -> None:
    """End the session of this terminal."""
    try:
        session = kept_session()
    except NotSignedInError:
        tell("没有登录。", "Nobody is signed in.")
        return
    with office_at_hand() as office:
        signing_in.sign_out(office, SignOut(session))
    forget_session()
    tell("已退出登录。", "Signed out.")
