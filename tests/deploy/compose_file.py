"""docker-compose.yml read into types: what the tests ask of it, and nothing else."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

PROJECT = Path(__file__).parents[2]
COMPOSE = PROJECT / "docker-compose.yml"


class Limits(Struct):
    cpus: str
    memory: str
    pids: int


class Resources(Struct):
    limits: Limits


class Deploy(Struct):
    resources: Resources


class HealthCheck(Struct):
    test: list[str]


class Condition(Struct):
    condition: str


class Mount(Struct):
    source: str
    target: str


class Service(Struct):
    image: str
    deploy: Deploy
    user: str = ""
    read_only: bool = False
    privileged: bool = False
    cap_drop: list[str] = []
    cap_add: list[str] = []
    security_opt: list[str] = []
    command: list[str] = []
    entrypoint: list[str] = []
    restart: str = "no"
    stop_grace_period: str = ""
    environment: dict[str, str] = {}
    secrets: list[str | Mount] = []
    configs: list[Mount] = []
    volumes: list[str] = []
    ports: list[str] = []
    networks: list[str] = []
    network_mode: str = ""
    depends_on: dict[str, Condition] = {}
    healthcheck: HealthCheck | None = None

    @property
    def one_shot(self) -> bool:
        return self.restart == "no"

    @property
    def secret_names(self) -> set[str]:
        return {secret if isinstance(secret, str) else secret.source for secret in self.secrets}


class File(Struct):
    file: str


class Network(Struct):
    internal: bool = False


class Compose(Struct):
    services: dict[str, Service]
    networks: dict[str, Network | None]
    volumes: dict[str, None]
    configs: dict[str, File]
    secrets: dict[str, File]


def read_compose() -> Compose:
    """The file as it stands, merge keys resolved; environment variables are left as they are written."""
    return msgspec.yaml.decode(COMPOSE.read_bytes(), type=Compose)


def default_of(text: str, environment: Mapping[str, str] | None = None) -> str:
    """`${NAME:-default}` at the beginning of a value becomes what compose would make of it."""
    if not text.startswith("${"):
        return text
    name, _, rest = text[2:].partition(":-")
    default, _, tail = rest.partition("}")
    return (environment or {}).get(name, default) + tail
