"""What a station's cold start costs, beside a process that imports the same packages and makes the same clients."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from msgspec.structs import fields

from duebridge import settings
from infra.app import host_architecture
from infra.layers import ONLY_FOR, PROJECT, layers_of
from infra.stages import local
from tests.bench.figures import Figure

BUDGET_RATIO = 1.10
REPETITIONS = 7
SETTINGS: dict[str, type[settings.Settings]] = {
    "import_loans": settings.ImportLoans,
    "plan_contacts": settings.PlanContacts,
    "send_contact": settings.SendContact,
    "record_receipt": settings.RecordReceipt,
    "receive_reply": settings.ReceiveReply,
    "record_payment": settings.RecordPayment,
    "follow_ticket": settings.FollowTicket,
    "sweep": settings.Sweep,
}
VALUES = {"SMS_PROVIDER": "end_user_messaging", "SEND_TIMEOUT_SECONDS": "10", "CLOCK_FILE": ""}
VALUES |= {"PARTS_PER_SECOND": "3", "ANSWERS_SHARE_PERCENT": "20"}
AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "POWERTOOLS_METRICS_NAMESPACE": "DueBridge",
    "HOME": tempfile.gettempdir(),
}

READY = """
import handler
if hasattr(handler, "sender"):
    handler.sender()("https://queue", handler.Batch(is_answer=False, parts=(1,), seconds_to_wait=lambda: 1.0))
else:
    handler.flow()
"""
"""Until a station could take its first event."""
LEAVE = """
import os
os._exit(0)
"""
"""A start ends where work could begin: what an interpreter tidies up at its end no station ever waits for."""
STATION = """
import sys
sys.path[:0] = {path!r}
{ready}"""
# The order of sys.modules is the order of import, parents first.
WATCHED = """
import json, sys
sys.path[:0] = {path!r}
import boto3
services, make = [], boto3.Session.client
def client(self, service, **options):
    services.append(service)
    return make(self, service, **options)
boto3.Session.client = client
{ready}own = ("duebridge", "duebridge_content", "handler")
files = {{name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}}
loaded = [name for name, file in files.items() if file.startswith({third!r})]
print(json.dumps({{"modules": [name for name in loaded if name.split(".")[0] not in own], "services": services}}))
"""
BARE = """
import sys
sys.path[:0] = {path!r}
from importlib import import_module
for name in {modules!r}:
    import_module(name)
import boto3
from botocore.config import Config
session = boto3.Session()
for service in {services!r}:
    session.client(service, config=Config(connect_timeout=3, read_timeout=10, retries={{"total_max_attempts": 4}}))
"""


def figures() -> list[Figure]:
    """Every station, each from a fresh process with the layers as they are deployed."""
    layers = {layer.name: layer.folder / "python" for layer in layers_of(local(host_architecture()))}
    del layers["local_clock"]
    return [_figure(station, layers) for station in SETTINGS]


def _figure(station: str, layers: dict[str, Path]) -> Figure:
    folders = {name: folder for name, folder in layers.items() if station in ONLY_FOR.get(name, (station,))}
    path = [str(PROJECT / "functions" / station), *map(str, folders.values())]
    third = tuple(str(folder) for name, folder in folders.items() if name in ("vendor", "numbering_plans"))
    environment = {**AWS, "POWERTOOLS_SERVICE_NAME": station, **variables(SETTINGS[station])}
    needs = json.loads(_run(WATCHED.format(path=path, third=third, ready=READY), environment))
    codes = {"station": STATION.format(path=path, ready=READY) + LEAVE, "bare": BARE.format(path=path, **needs) + LEAVE}
    taken: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(REPETITIONS):
        for name, code in codes.items():
            taken[name].append(_cpu_seconds(code, environment))
    # The least of each: whatever else this machine does only adds to it.
    seconds = {name: min(each) for name, each in taken.items()}
    return Figure(
        area="cold start",
        what=f"{station} / its packages and clients alone",
        measured=seconds["station"] / seconds["bare"],
        unit="x",
        budget=BUDGET_RATIO,
        note=f"{seconds['station'] * 1e3:.0f} ms / {seconds['bare'] * 1e3:.0f} ms, "
        f"{len(needs['modules'])} modules, {', '.join(needs['services'])}",
    )


def variables(cls: type[settings.Settings]) -> dict[str, str]:
    """Something for every setting of a station."""
    return {field.name.upper(): VALUES.get(field.name.upper(), "x") for field in fields(cls)}


def _cpu_seconds(code: str, environment: dict[str, str]) -> float:
    """Of a process from the start of its interpreter until it is ready, on both sides alike."""
    before = _children_seconds()
    _run(code, environment)
    return _children_seconds() - before


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(code: str, environment: dict[str, str]) -> Any:
    """Isolated, without the packages of this environment: what a layer lacks is missed here too."""
    command = [sys.executable, "-I", "-S", "-B", "-c", code]
    variables = {"PATH": os.defpath, **environment}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)  # noqa: S603 - our own code
    if done.returncode:
        raise RuntimeError(f"a cold start failed; is every package in a layer?\n{done.stderr[-2000:]}")
    return done.stdout
