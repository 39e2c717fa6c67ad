"""Makes the print room from the settings."""

from datetime import timedelta

from nameko.extensions import DependencyProvider

from services.forms.ports import PrintRoom
from services.forms.records import RosterByRpc
from services.forms.render.file import render_file
from services.forms.render.fonts import NoFontError, find_chain
from services.forms.render.job import PrintedFile, PrintJob
from services.forms.render.picture import render_picture
from services.forms.settings import FormsSettings
from services.forms.shelf import BucketShelf
from shared.plumbing.code_keys import CodeKeyFile, CodeKeysError
from shared.plumbing.environment import environment_of
from shared.plumbing.objects import ObjectStore, StoreAccess
from shared.plumbing.offload import ProcessPool
from shared.plumbing.providers import database_of
from shared.plumbing.rpc import ReplyListener, RpcClient
from shared.plumbing.settings import SettingsError, load

# A school of 3,000 takes some seconds; what takes this long hangs.
DRAW_S = 300.0
PICTURE_S = 30.0


class PrintRoomProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the `PrintRoom`; files are drawn in child processes, away from the hub."""

    listener = ReplyListener()

    def __init__(self) -> None:
        super().__init__()
        self.room: PrintRoom | None = None
        self._pool: ProcessPool | None = None

    def setup(self) -> None:
        """Read keys and find fonts.

        Raises:
            SettingsError: a key or the fonts cannot be used.
        """
        settings = load(FormsSettings, environment_of(self.container.config))
        self._pool = ProcessPool(settings.forms_printers)
        self.room = self._room(settings, self._pool)

    def stop(self) -> None:
        """End the children."""
        if self._pool is not None:
            self._pool.close()

    def get_dependency(self, _worker: object) -> PrintRoom:
        """The room."""
        assert self.room is not None
        return self.room

    def _room(self, settings: FormsSettings, pool: ProcessPool) -> PrintRoom:
        def draw(job: PrintJob) -> PrintedFile:
            return pool.run(render_file, job, deadline_s=DRAW_S)

        def picture(job: PrintJob) -> bytes:
            return pool.run(render_picture, job, deadline_s=PICTURE_S)

        access = StoreAccess(
            settings.s3_endpoint,
            settings.forms_s3_access_key,
            settings.forms_s3_secret_key,
            settings.s3_secure,
            settings.bucket_prefix,
        )
        try:
            codes = CodeKeyFile(settings.sheet_code_keys_file)
            shelf = BucketShelf(ObjectStore(access), _key(settings.forms_column_key))
            fonts = find_chain(settings.forms_fonts)
            if not fonts:
                raise NoFontError("no Chinese font was found")
            return PrintRoom(
                database=database_of(self.container),
                roster=RosterByRpc(RpcClient(self.container, self.listener)),
                shelf=shelf,
                render=draw,
                code_keys=codes.keys,
                ledger_key=_key(settings.ledger_key),
                fonts=fonts,
                host=settings.host,
                keep_for=timedelta(hours=settings.forms_keep_hours),
                picture=picture,
            )
        except (CodeKeysError, NoFontError) as error:
            raise SettingsError(str(error)) from None


def _key(text: str) -> bytes:
    """Thirty-two bytes from hex digits.

    Raises:
        SettingsError: they are not.
    """
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise SettingsError("HECHA_LEDGER_KEY and HECHA_FORMS_COLUMN_KEY must be 64 hex digits")
    return key
