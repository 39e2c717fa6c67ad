"""Storage: the archive of a province."""

from pathlib import Path

from services.storage import usecases
from services.storage.service import StorageService
from services.storage.settings import StorageSettings
from shared.contracts.archive_commands import ShowArchive
from shared.kernel.authority import Place
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.accounts.house import PATHS
from tests.unit.storage.bench import PROVINCE, Bench

TREE = PATHS | {"51": "51/"}


def stage(folder: Path) -> Stage:
    bench = Bench(folder)
    kept = bench.hand_in(bytes(5000))
    usecases.keep(bench.database, bench.vault, kept, PROVINCE, bench.database.transaction)
    settings = StorageSettings(
        ("44",), "127.0.0.1:9", "key", "secret", folder / "keyring", "word", folder / "enrolled"
    )
    service = bare(
        StorageService,
        database=bench.database,
        vault=bench.vault,
        settings=settings,
        actors=believing(bench.clock()),
    )
    rows = {ShowArchive: Row(lambda token: ShowArchive(PROVINCE, token), Place("44/"))}
    return Stage(service, TREE, bench.clock(), rows)
