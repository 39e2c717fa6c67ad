from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shared.plumbing.environment import ENVIRONMENT, provinces_of
from shared.plumbing.providers import database_url
from shared.plumbing.settings import SettingsError, describe, load, value_of


@dataclass(frozen=True, slots=True)
class Settings:
    host: str = field(metadata={"help": "name in the QR"})
    folder: Path = field(default=Path("."), metadata={"help": "where"})
    rate: float = field(default=0.5, metadata={"help": "how often"})
    count: int = field(default=1, metadata={"help": "how many"})
    secure: bool = field(default=False, metadata={"help": "whether"})
    provinces: tuple[str, ...] = field(default=(), metadata={"help": "which"})


def test_every_supported_type_is_read() -> None:
    environment = {
        "HECHA_HOST": "h",
        "HECHA_FOLDER": "/f",
        "HECHA_RATE": "1.5",
        "HECHA_COUNT": "2",
        "HECHA_SECURE": "yes",
        "HECHA_PROVINCES": "44, 45,",
    }

    assert load(Settings, environment) == Settings("h", Path("/f"), 1.5, 2, True, ("44", "45"))


def test_a_missing_value_names_the_variable_and_what_it_is_for() -> None:
    with pytest.raises(SettingsError, match="HECHA_HOST is not set: name in the QR"):
        load(Settings, {})


@pytest.mark.parametrize(("name", "text"), [("COUNT", "two"), ("SECURE", "perhaps"), ("RATE", "")])
def test_a_wrong_value_names_the_variable_and_not_the_value(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"HECHA_{name}") as wrong:
        load(Settings, {"HECHA_HOST": "h", f"HECHA_{name}": text})

    assert not text or text not in str(wrong.value)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "host").write_text("from-a-file\n")

    assert load(Settings, {"HECHA_HOST_FILE": str(tmp_path / "host")}).host == "from-a-file"


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match="HECHA_HOST_FILE"):
        value_of("HECHA_HOST", {"HECHA_HOST_FILE": "/nowhere"})


def test_the_address_of_a_database_may_come_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("sqlite:///x.db\n")
    environment = {"HECHA_SCAN_DATABASE_URL_FILE": str(tmp_path / "url")}

    assert database_url("scan", environment) == "sqlite:///x.db"


def test_a_service_without_an_address_of_its_database_says_so() -> None:
    with pytest.raises(SettingsError, match="HECHA_SCAN_DATABASE_URL"):
        database_url("scan", {})


@pytest.mark.parametrize("text", ["", "4", "44;45", "gd"])
def test_provinces_are_two_digits_each(text: str) -> None:
    with pytest.raises(SettingsError, match="HECHA_PROVINCES"):
        provinces_of({ENVIRONMENT: {"HECHA_PROVINCES": text}})


def test_settings_describe_themselves() -> None:
    assert describe(Settings)[0] == ("HECHA_HOST", "name in the QR")
