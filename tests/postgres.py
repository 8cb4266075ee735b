"""A private PostgreSQL for tests: own folder, own socket, no port, gone at the end.

Without PostgreSQL on the machine the tests that need it are skipped, but never in CI.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.waiting import wait_for

ROLE = "spectra"
"""Owns the databases of the tests, and is bound by row level security."""
_INITDB = ("-E", "UTF8", "-A", "trust", "--no-locale", "--no-sync")
_SERVER = ("-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=100")


class Cluster:
    """A running server; its superuser is for looking behind the application's back."""

    def __init__(self, folder: Path, superuser: str) -> None:
        self._folder = folder
        self._superuser = superuser

    def new_database(self) -> str:
        """Return the URL of an empty database that belongs to the role of the application."""
        name = f"test_{uuid.uuid4().hex}"
        self.sql("postgres", f"CREATE DATABASE {name} OWNER {ROLE}")
        return self.url(name, ROLE)

    def superuser_url(self, url: str) -> str:
        """Return the URL of the same database for the superuser."""
        return self.url(database_of(url), self._superuser)

    def answers(self) -> bool:
        try:
            return bool(self.sql("postgres", "SELECT 1"))
        except psycopg.OperationalError:
            return False

    def url(self, database: str, role: str) -> str:
        return f"postgresql://{role}@/{database}?host={self._folder}"

    def sql(self, database: str, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, whom no policy binds, and return its rows."""
        with psycopg.connect(
            host=str(self._folder), dbname=database, user=self._superuser, autocommit=True
        ) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []


def database_of(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL for all tests of a run."""
    programs = _programs()
    if programs is None:
        assert os.environ.get("CI") != "true", "CI needs PostgreSQL"
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    with _running(programs) as cluster:
        cluster.sql("postgres", f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS")
        yield cluster


@contextmanager
def _running(programs: Path) -> Iterator[Cluster]:
    owner = pwd.getpwuid(os.getuid())
    as_owner: dict[str, Any] = {}
    if owner.pw_uid == 0:
        # PostgreSQL refuses to run as root.
        owner = _unprivileged()
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="spectra-pg-"))
    try:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", owner.pw_name, *_INITDB],
            check=True,
            capture_output=True,
            timeout=120,
            cwd=folder,
            **as_owner,
        )
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *_SERVER],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **as_owner,
        )
        try:
            cluster = Cluster(folder, owner.pw_name)
            wait_for(cluster.answers, "PostgreSQL")
            yield cluster
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    finally:
        shutil.rmtree(folder)


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise AssertionError("no user without privileges to run PostgreSQL as")


def _programs() -> Path | None:
    """Return the folder of the server's programs, the newest version first."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    return found[-1].parent if found else None


def _version(program: Path) -> int:
    return int(program.parts[-3]) if program.parts[-3].isdigit() else 0
