"""PostgreSQL as we start it: durable, closed to others, and able to start again after anything."""

import os
import stat
import tempfile
from pathlib import Path

import asyncpg
import pytest

from bloc.embedded import folders
from bloc.embedded.folders import account_for, open_home, socket_folder
from bloc.embedded.postgres import Postgres
from bloc.trouble import Trouble


async def asked(server: Postgres, query: str) -> object:
    """The answer to a query with one value."""
    connection = await asyncpg.connect(server.dsn())
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("data_checksums", "on"),
        ("TimeZone", "UTC"),
    ],
)
async def test_it_is_durable_and_closed_in_tests_too(postgres: Postgres, setting: str, value: str) -> None:
    """What tests run against has the durability of the real thing, and no TCP port."""
    assert await asked(postgres, f"SHOW {setting}") == value


async def test_its_socket_is_closed_to_other_users(postgres: Postgres) -> None:
    """`trust` is acceptable only because nobody else can reach the socket."""
    socket = Path(postgres.dsn().partition("host=")[2].partition("&")[0])
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700


async def test_what_was_committed_survives_stop_and_kill_9(work_folder: Path) -> None:
    """The same start serves a new folder, a stopped one and one whose server was killed."""
    server = Postgres(work_folder / "restarted", log=work_folder / "restarted.log")
    await server.start()
    await asked(server, "CREATE TABLE lot (tonnes int)")
    for end in (server.stop, server.kill):
        await asked(server, "INSERT INTO lot VALUES (380)")
        await end()
        await server.start()
    assert await asked(server, "SELECT count(*) FROM lot") == 2
    await server.stop()


async def test_a_lock_file_that_names_a_stranger_does_not_stop_it(work_folder: Path) -> None:
    """After a crash, its pid may by now belong to some other living program."""
    server = Postgres(work_folder / "stale", log=work_folder / "stale.log")
    await server.start()
    lock = (work_folder / "stale" / "cluster" / "postmaster.pid").resolve()
    await server.kill()
    lines = lock.read_text().split("\n")
    lock.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    await server.start()
    await server.stop()


async def test_other_programs_can_be_chosen(work_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without PostgreSQL is refused by name, before anything is made."""
    monkeypatch.setenv("BLOC_POSTGRES_BIN", str(work_folder))
    server = Postgres(work_folder / "chosen", log=work_folder / "chosen.log")
    with pytest.raises(Trouble, match="no postgres there"):
        await server.start()


def test_a_long_path_gets_a_short_folder_for_its_socket(work_folder: Path) -> None:
    """A socket's path has room for 103 bytes; the short folder is closed and the same at every start."""
    home = work_folder / ("a" * 60) / ("b" * 60)
    home.mkdir(parents=True)
    short = socket_folder(home, account_for(home / "cluster"), ".s.PGSQL.5432")
    assert len(str(short / ".s.PGSQL.5432")) <= 103
    assert stat.S_IMODE(short.stat().st_mode) == 0o700
    assert socket_folder(home, account_for(home / "cluster"), ".s.PGSQL.5432") == short
    short.rmdir()


def test_a_short_socket_folder_of_somebody_else_is_refused(work_folder: Path) -> None:
    """Temporary folders are open to everybody: a link laid there in advance must not be followed."""
    home = work_folder / ("c" * 60) / ("d" * 60)
    home.mkdir(parents=True)
    short = socket_folder(home, None, ".s.PGSQL.5432")
    short.rmdir()
    short.symlink_to(work_folder)
    with pytest.raises(Trouble, match="belongs to somebody else"):
        socket_folder(home, None, ".s.PGSQL.5432")
    short.unlink()


def test_where_the_server_may_not_go_its_files_are_kept_elsewhere(
    work_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root's clone may be closed to the server's user: modes are not changed, a link leads to another place."""
    monkeypatch.setattr(folders, "ROOT_HOME", work_folder / "elsewhere")
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    closed = work_folder / "closed"
    closed.mkdir(mode=0o700)
    account = account_for(closed / "postgres" / "cluster")
    real = open_home(closed / "postgres", account)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert (real.parent == work_folder / "elsewhere") == (account is not None)
    assert open_home(closed / "postgres", account) == real
