"""What is away, not set or unreadable: a sentence that says what to do, and an exit code."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec

import typer
from sqlalchemy.exc import OperationalError, ProgrammingError

from deploy.cli.sentences import tell
from shared.plumbing.dead import BusAwayError, QueueMissingError
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError
from shared.plumbing.settings import SettingsError

Arguments = ParamSpec("Arguments")

REFUSED, UNAVAILABLE = 1, 3


def explained(command: Callable[Arguments, Any]) -> Callable[Arguments, None]:
    """Turn what is away or not set into a sentence and exit code 3."""

    @functools.wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except SettingsError as wrong:
            tell(
                f"设置有误：{wrong}。请先载入运行环境：set -a; . var/demo/environment; set +a",
                f"{wrong}. Load the house's settings first: set -a; . var/demo/environment; set +a",
            )
        except (OperationalError, ProgrammingError):
            tell(
                "数据库没有应答，或还没有建表：请检查是否运行，并运行 hecha db upgrade。",
                "The database does not answer or has no tables: check that it runs, and run "
                "hecha db upgrade.",
            )
        except (StoreUnavailableError, StoreRefusedError) as away:
            tell(
                f"对象存储不可用（{away}），请检查是否运行及凭证。",
                f"The object store does not serve us ({away}). Check that it runs, and the keys.",
            )
        except BusAwayError as away:
            tell(
                f"消息总线没有应答（{away}）。请检查 RabbitMQ 是否运行，HECHA_AMQP_URL 是否正确。",
                f"The bus does not answer ({away}). Check that RabbitMQ runs and HECHA_AMQP_URL.",
            )
        except QueueMissingError as missing:
            tell(
                f"总线上没有队列 {missing}。请先运行 hecha bus declare。",
                f"The bus has no queue {missing}. Run hecha bus declare first.",
            )
        else:
            return
        raise typer.Exit(UNAVAILABLE)

    return run
