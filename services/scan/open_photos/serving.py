"""What people may ask of scan about photos that nothing names."""

from services.scan.open_photos import usecases
from shared.contracts.photo_commands import (
    AssignPhoto,
    DiscardPhoto,
    ListOpenPhotos,
    OpenPhoto,
    OpenPhotos,
    PhotoSettled,
    ShowOpenPhoto,
    UndoPhoto,
)
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database
from shared.plumbing.rpc import serves


class OpenPhotoDesk:
    """Photos that wait for a person."""

    database: Database
    actors: Actors

    @serves
    def list_open_photos(self, request: ListOpenPhotos) -> OpenPhotos:
        """The photos of a school or class that only a person can place."""
        return usecases.list_open_photos(self.database, self.actors.of(request.actor), request)

    @serves
    def show_open_photo(self, request: ShowOpenPhoto) -> OpenPhoto:
        """One of them, with the sheets it may be."""
        return usecases.show_open_photo(self.database, self.actors.of(request.actor), request)

    @serves
    def assign_photo(self, request: AssignPhoto) -> PhotoSettled:
        """A person says whose page a photo is."""
        return usecases.assign_photo(self.database, self.actors.of(request.actor), request)

    @serves
    def discard_photo(self, request: DiscardPhoto) -> PhotoSettled:
        """A photo is thrown away."""
        return usecases.discard_photo(self.database, self.actors.of(request.actor), request)

    @serves
    def undo_photo(self, request: UndoPhoto) -> PhotoSettled:
        """What a person did to a photo is taken back."""
        return usecases.undo_photo(self.database, self.actors.of(request.actor), request)
