"""docker-compose.yml keeps its promises: no rights, no open ports, no secrets, and an order of starting."""

import re
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from bloc.checkpoint_keys import NEXT
from bloc.policy import WITNESSES_DEFAULT, members_of, witness_name
from bloc.witness.settings import Settings as WitnessSettings
from contracts.environment import variable_of
from services.ledger.settings import Settings as LedgerSettings
from services.tariffs.settings import Settings as TariffsSettings
from tests.deploy.compose_file import PROJECT, Compose, Service, default_of, read_compose

COMPOSE: Compose = read_compose()
SERVICES = COMPOSE.services
WITNESSES = {"witness-us", "witness-eu", "witness-jp"}
STORES = {f"{name}-store" for name in WITNESSES}
ONE_SHOTS = {"bootstrap", "migrate", "nats-volume", "nats-setup", "found"} | STORES
LONG_RUNNING = {"postgres", "nats", "ledger", "tariffs"} | WITNESSES

every_service = pytest.mark.parametrize(("name", "service"), SERVICES.items(), ids=list(SERVICES))


def test_the_services_are_those_of_the_design() -> None:
    """Four that run, three witnesses; five that end, and one for the store of each witness."""
    assert {name for name, service in SERVICES.items() if service.one_shot} == ONE_SHOTS
    assert set(SERVICES) == ONE_SHOTS | LONG_RUNNING


@every_service
def test_ports_are_published_on_this_machine_only(name: str, service: Service) -> None:
    """Reads have no access control yet, so nothing listens on another address than 127.0.0.1."""
    del name
    for port in service.ports:
        assert re.fullmatch(r"127\.0\.0\.1:\$\{BLOC_\w+_PORT:-\d+\}:\d+", port)


@every_service
def test_a_container_can_change_nothing_but_its_volumes(name: str, service: Service) -> None:
    """Read-only file system, no capabilities, no new privileges, a limit on everything it can use up."""
    assert service.read_only
    assert not service.privileged
    assert service.cap_drop == ["ALL"]
    assert service.cap_add == (["CHOWN"] if name == "nats-volume" else [])
    assert service.security_opt == ["no-new-privileges:true"]
    limits = service.deploy.resources.limits
    assert limits.cpus
    assert limits.memory
    assert limits.pids


@every_service
def test_no_container_runs_as_root(name: str, service: Service) -> None:
    """Our image has a user of its own; the others get one here. nats-volume ends before anything else starts."""
    if name == "nats-volume":
        assert (service.user, service.network_mode, service.entrypoint[0]) == ("0:0", "none", "chown")
    elif "BLOC_IMAGE" in service.image:
        assert re.search(r"^USER 10001:10001$", (PROJECT / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
    else:
        assert service.user.split(":")[0] not in {"", "0", "root"}


@every_service
def test_what_runs_is_watched_restarted_and_stopped_in_peace(name: str, service: Service) -> None:
    """Health check, restart and time to stop for services; one-shots have none of them."""
    if name in ONE_SHOTS:
        assert service.healthcheck is None
    else:
        assert service.healthcheck is not None
        assert service.restart == "unless-stopped"
        assert service.stop_grace_period
        assert "curl" not in service.healthcheck.test


@every_service
def test_everything_waits_for_what_it_needs(name: str, service: Service) -> None:
    """One-shots are waited for until they have succeeded, services until they are healthy."""
    del name
    for needed, condition in service.depends_on.items():
        wanted = "service_completed_successfully" if needed in ONE_SHOTS else "service_healthy"
        assert condition.condition == wanted


def test_the_order_of_starting_is_the_way_of_an_event() -> None:
    """Nothing decides before something records, and nothing records before schema and streams are there."""

    def before(name: str) -> set[str]:
        needed = SERVICES[name].depends_on
        return set(needed).union(*(before(other) for other in needed))

    assert before("ledger") == {"postgres", "bootstrap", "migrate", "nats-volume", "nats", "nats-setup"}
    assert before("tariffs") == before("ledger") | {"ledger"}
    assert before("found") == before("tariffs") | {"tariffs"} | STORES


def test_nothing_waits_for_a_witness() -> None:
    """A witness that is down never stops the ledger, not even from starting."""
    assert not any(WITNESSES & set(service.depends_on) for service in SERVICES.values())


def test_a_witness_reaches_the_ledger_and_nobody_else() -> None:
    """Each is alone with the ledger on a network without a way out, and has a volume of its own."""
    for name in WITNESSES:
        own = {name, f"{name}-store"}
        network = COMPOSE.networks[name]
        assert network is not None
        assert network.internal
        assert {other for other, service in SERVICES.items() if name in service.networks} == own | {"ledger"}
        assert {other for other, one in SERVICES.items() if f"{name}:/store" in one.volumes} == own
        assert all(SERVICES[other].networks == [name] for other in own)
        assert all(SERVICES[other].volumes == [f"{name}:/store"] for other in own)


def test_the_store_of_a_witness_is_made_before_the_founding_and_before_the_witness() -> None:
    """From its own empty store, by the script that looks at the ledger first."""
    for name in WITNESSES:
        store = SERVICES[f"{name}-store"]
        assert set(SERVICES[name].depends_on) == {f"{name}-store"}
        assert store.command[:2] == ["python", "deploy/witness_store.py"]
        assert [(mount.source, mount.target) for mount in store.configs] == [
            (f"{name.replace('-', '_')}_store", store.command[3])
        ]
        assert SERVICES[name].environment["BLOC_WITNESS_STORE"] == store.command[4]


def test_the_checkpoint_store_is_apart_from_the_database() -> None:
    """Who sets the database back, or loses its volume, has not touched what the ledger signed last."""
    assert SERVICES["ledger"].volumes == ["checkpoints:/store"]
    assert [name for name, service in SERVICES.items() if "checkpoints:/store" in service.volumes] == [
        "ledger"
    ]
    assert "install -d -m 700 -o bloc -g bloc /store" in (PROJECT / "deploy" / "Dockerfile").read_text()


def test_the_ledger_and_its_witnesses_follow_one_policy() -> None:
    """Keys, addresses and quorum are written down once, and the names in it are those of the services."""
    for name in {"ledger"} | WITNESSES:
        assert [(mount.source, mount.target) for mount in SERVICES[name].configs] == [
            ("policy", "/etc/bloc/policy")
        ]
        variable = "BLOC_POLICY_FILE" if name == "ledger" else "BLOC_WITNESS_POLICY_FILE"
        assert SERVICES[name].environment[variable] == "/etc/bloc/policy"
    assert {f"witness-{member}" for member in members_of(WITNESSES_DEFAULT)} == WITNESSES
    for member in members_of(WITNESSES_DEFAULT):
        settings = SERVICES[f"witness-{member}"].environment
        assert settings["BLOC_WITNESS_NAME"] == witness_name(member)


def test_a_rotation_adds_the_next_key_and_nothing_else() -> None:
    """The second compose file gives the ledger one more secret, under the name that its settings have."""
    added = msgspec.yaml.decode((PROJECT / "deploy" / "compose.rotation.yml").read_bytes())
    assert added == {
        "services": {
            "ledger": {
                "environment": {"BLOC_NEXT_CHECKPOINT_KEY_FILE": f"/run/secrets/{NEXT}.pem"},
                "secrets": [f"{NEXT}.pem"],
            }
        },
        "secrets": {f"{NEXT}.pem": {"file": f"${{BLOC_SECRETS:-.secrets}}/keys/{NEXT}.pem"}},
    }


def test_postgres_18_keeps_its_data_where_the_image_looks_for_it() -> None:
    """The volume is at /var/lib/postgresql: one at …/data, as for older images, would stay empty and be lost."""
    assert default_of(SERVICES["postgres"].image) == "postgres:18"
    assert SERVICES["postgres"].volumes == ["postgres:/var/lib/postgresql"]


def test_only_the_ledger_and_the_migrations_reach_the_database() -> None:
    """The database's network leads nowhere else, and tariffs is not on it."""
    storage = COMPOSE.networks["storage"]
    assert storage is not None
    assert storage.internal
    assert {name for name, service in SERVICES.items() if "storage" in service.networks} == {
        "postgres",
        "bootstrap",
        "migrate",
        "ledger",
    }


def test_each_service_is_given_its_own_secrets_only() -> None:
    """No service can log in as another, and the secretariat's key is for the founding alone."""
    assert {name: service.secret_names for name, service in SERVICES.items() if service.secrets} == {
        "postgres": {"postgres_password"},
        "bootstrap": {
            "superuser_url",
            "bloc_owner_password",
            "ledger_app_password",
            "tariffs_app_password",
            "auditor_password",
        },
        "migrate": {"owner_database_url"},
        "nats": {"nats_passwords"},
        "nats-setup": {"setup_nats_url"},
        "ledger": {"ledger_database_url", "ledger_nats_url", "trust_anchor", "bloc.ledger.pem"},
        "tariffs": {"tariffs_nats_url", "trust_anchor", "bloc.tariffs.pem"},
        "found": {"bloc.secretariat.pem", "bloc.tariffs.pem", "bloc.ledger.pem"},
        **{name: {f"{name.replace('-', '_')}_key"} for name in WITNESSES},
    }


@every_service
def test_secrets_come_as_files_that_the_service_was_given(name: str, service: Service) -> None:
    """An environment variable names a file of /run/secrets, and that secret is mounted there."""
    for variable, value in service.environment.items():
        assert not re.search(r"://[^/]*:[^/]*@", value), f"{name}: {variable} carries a password"
        if value.startswith("/run/secrets/"):
            assert variable.endswith("_FILE")
            assert value.removeprefix("/run/secrets/") in service.secret_names


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("ledger", LedgerSettings),
        ("tariffs", TariffsSettings),
        *((name, WitnessSettings) for name in sorted(WITNESSES)),
    ],
)
def test_every_required_setting_is_given(name: str, settings: type[msgspec.Struct]) -> None:
    """As a value or as the file of a secret; a service would end at once for want of one."""
    environment = SERVICES[name].environment
    for field in msgspec.structs.fields(settings):
        variable = variable_of(field)
        given = environment.get(variable) or environment.get(f"{variable}_FILE")
        assert given or not field.required, variable


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("ledger", LedgerSettings),
        ("tariffs", TariffsSettings),
        *((name, WitnessSettings) for name in sorted(WITNESSES)),
    ],
)
def test_every_setting_that_is_given_is_one(name: str, settings: type[msgspec.Struct]) -> None:
    """A variable that nobody reads, or that is empty, is a setting that somebody believes in."""
    read = {variable_of(field) for field in msgspec.structs.fields(settings)}
    for variable, value in SERVICES[name].environment.items():
        assert variable.removesuffix("_FILE") in read
        assert value


@every_service
def test_commands_of_our_image_exist(name: str, service: Service) -> None:
    """What is typed in the file is there to be run."""
    del name
    if service.command[:2] != ["python", "-m"]:
        return
    module, *words = service.command[2:]
    if module == "bloc":
        from bloc.__main__ import COMMANDS

        places = {command: place for command, place, _ in COMMANDS}
        place, _, function = places[words[0]].partition(":")
        assert callable(getattr(import_module(place), function))
    else:
        assert (PROJECT / Path(*module.split(".")) / "__main__.py").exists()


def test_the_image_takes_in_what_is_named_and_nothing_else() -> None:
    """.dockerignore refuses everything first: a secret or a virtual environment cannot slip into an image."""
    lines = [
        line for line in (PROJECT / ".dockerignore").read_text().splitlines() if not line.startswith("#")
    ]
    assert lines[0] == "*"
    for line in lines:
        if line.startswith("!"):
            assert (PROJECT / line[1:]).exists()
    assert {"!bloc", "!contracts", "!services", "!migrations"} <= set(lines)
    scripts = {
        word for service in SERVICES.values() for word in service.command if word.startswith("deploy/")
    }
    assert {f"!{script}" for script in scripts | {"deploy/health.py"}} <= set(lines)


def test_the_snapshot_of_tariffs_has_a_volume_of_its_own() -> None:
    """Apart from everything that must not be lost; the folder is the one whose owner the image gives to new volumes."""
    assert SERVICES["tariffs"].volumes == ["snapshot:/store"]
    assert SERVICES["tariffs"].environment["BLOC_SNAPSHOT"] == "/store"
    assert [name for name, one in SERVICES.items() if "snapshot:/store" in one.volumes] == ["tariffs"]
    assert "install -d -m 700 -o bloc -g bloc /store" in (PROJECT / "deploy" / "Dockerfile").read_text()
