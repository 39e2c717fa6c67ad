"""Opens the demo's door: from what the demo knows of its people to a listening page."""

from deploy.demo.door.app import Door, NoDoorError, People
from deploy.demo.door.seats import Seat, seats_around
from deploy.demo.job import House
from deploy.demo.staff import Staff
from deploy.demo.tour import Tour


def open_door(house: House, staff: Staff, tour: Tour) -> Door:
    """The door to the house's staff pages, open.

    Raises:
        NoDoorError: they are not on loopback, or meant to stand behind TLS.
    """
    if house.environment.get("HECHA_PORTAL_SECURE", "true") != "false":
        raise NoDoorError("the staff pages' cookies are for TLS only")

    def sign_in(seat: Seat) -> str:
        return staff.session(seat.role, seat.unit, seat.level)

    door = Door(house.portal_url, People(seats_around(house.desk, tour.unit), sign_in))
    door.start()
    return door
