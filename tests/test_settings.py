"""Each station's environment is checked at its start, and a missing part is named with all others."""

import pytest
from msgspec.structs import fields

from duebridge import settings

STATIONS = settings.Settings.__subclasses__()
COMMON = {"LOAN_TABLE": "loans", "CONVERSATION_TABLE": "conversations", "TICKET_TABLE": "tickets"}


def complete(station: type[settings.Settings]) -> dict[str, str]:
    return dict.fromkeys(station.variables(), "value")


def test_all_missing_variables_are_named_at_once() -> None:
    with pytest.raises(settings.SettingsError) as error:
        settings.PlanContacts.read({"LOAN_TABLE": "loans", "TICKET_TABLE": ""})
    for name in ("CONVERSATION_TABLE", "TICKET_TABLE", "WORK_QUEUE_URL", "BULK_QUEUE_URL", "PlanContacts"):
        assert name in str(error.value)
    assert "LOAN_TABLE" not in str(error.value)


@pytest.mark.parametrize("station", STATIONS, ids=lambda station: station.__name__)
def test_every_station_reads_exactly_its_variables(station: type[settings.Settings]) -> None:
    env = station.read({**complete(station), "UNRELATED": "x"})
    assert {field.name.upper() for field in fields(env)} == station.variables()
    assert all(getattr(env, field.name) == "value" for field in fields(env))


@pytest.mark.parametrize("station", STATIONS, ids=lambda station: station.__name__)
def test_every_required_variable_is_missed(station: type[settings.Settings]) -> None:
    for name in station.variables() - {"CLOCK_FILE"}:
        with pytest.raises(settings.SettingsError, match=name):
            station.read({**complete(station), name: ""})


def test_the_played_clock_is_the_only_thing_that_may_be_left_out() -> None:
    assert settings.RecordReceipt.read(COMMON).clock_file == ""


def test_the_environment_of_the_process_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in COMMON.items():
        monkeypatch.setenv(name, value)
    assert settings.RecordReceipt.read().loan_table == "loans"
