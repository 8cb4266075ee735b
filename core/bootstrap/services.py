"""The services that keep things: store, vault, identity; with the market they make up Spectra.

    settings → data folder → keys → vault → store (migrated) → key check → audit key → identity

Commands of core.admin open these alone, without the market. A wrong key stops here, before
anything is written.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.clock import Clock, SystemClock
from core.domain import LOCAL_USER, Role, User
from core.errors import ConfigurationError
from core.identity import Identity, OidcConfig
from core.logs import fields
from core.settings import Settings
from core.storage import Store, open_store
from core.vault import SealContext, Vault, check_keys, load_or_make_key, open_vault

_LOG = logging.getLogger(__name__)

AUDIT_KEY = "audit-key"
_SYSTEM = "system"
_MIN_JWT_SECRET = 32


@dataclass(frozen=True, slots=True)
class Services:
    """What keeps things, ready to use from any thread."""

    settings: Settings
    clock: Clock
    vault: Vault
    store: Store
    identity: Identity


@contextmanager
def open_services(settings: Settings, *, clock: Clock | None = None) -> Iterator[Services]:
    """Open vault, store and identity for the time of the block.

    Raises ConfigurationError when a key, the data folder or the database cannot be used, and
    StorageUnavailable when the database does not answer; nothing is overwritten then.
    """
    clock = clock or SystemClock()
    vault = open_keys(settings)
    store = open_store(database_url(settings), clock=clock)
    try:
        _check_keys(store, vault)
        _unlock_audit(store, vault)
        if settings.mode == "single":
            _ensure_local_user(store, clock, name="Demo" if settings.demo else "")
        identity = Identity(
            store, clock=clock, jwt_key=_jwt_key(settings, vault), oidc=_oidc(settings)
        )
        yield Services(settings, clock, vault, store, identity)
    finally:
        store.close()


def open_keys(settings: Settings) -> Vault:
    """Return the vault of the keys in the settings or the data folder, asking no database.

    Raises ConfigurationError as `open_vault` does, and when multi-user mode has no key.
    """
    return open_vault(
        _encryption_key(settings, prepare_home(settings.home)),
        previous=settings.encryption_key_previous.get_secret_value(),
    )


def database_url(settings: Settings) -> str:
    """Return the SQLAlchemy URL in use: what the operator set, else a file in the data folder."""
    return settings.database_url or f"sqlite:///{settings.home.resolve() / 'spectra.db'}"


def prepare_home(home: Path) -> Path:
    """Make the data folder, closed to other users; ConfigurationError when it cannot be used."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / "cache").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            "SPECTRA_HOME",
            f"the folder {home} cannot be used: {error.strerror}.",
            cure="Name a folder this user may write to.",
        ) from error
    if home.stat().st_mode & 0o077:
        # Whoever made it may have had a reason; the files in it are closed to others all the same.
        _LOG.warning("home %s", fields(status="open to other users", cure="chmod 700"))
    return home


def _encryption_key(settings: Settings, home: Path) -> str:
    given = settings.encryption_key.get_secret_value()
    if given:
        return given
    if settings.mode == "multi":
        raise ConfigurationError(
            "ENCRYPTION_KEY",
            "multi-user mode keeps other people's keys and needs one of its own.",
            cure="Set it to at least 32 random characters, and keep a copy elsewhere.",
        )
    return load_or_make_key(home)


def _check_keys(store: Store, vault: Vault) -> None:
    with store.read_system() as work:
        known = work.key_checks.load()
    check_keys(vault, known)
    if vault.current_key_id not in known:
        with store.as_system() as work:
            work.key_checks.save(vault.current_key_id, vault.check_value(vault.current_key_id))


def _unlock_audit(store: Store, vault: Vault) -> None:
    """Give the store the key of its audit chain: drawn once, sealed, it outlives every rotation."""
    context = SealContext(_SYSTEM, "-", AUDIT_KEY)
    with store.as_system() as work:
        # Nobody has an account before the log has begun.
        continued = work.users.count() > 0
        if not continued:
            drawn = vault.seal(secrets.token_hex(32), context=context)
            work.secrets.add(AUDIT_KEY, token=drawn, key_id=vault.current_key_id)
        # Of two first starts at once only one has stored its key.
        sealed = work.secrets.load(AUDIT_KEY)
    if sealed is None:
        raise ConfigurationError(
            "DATABASE_URL",
            "the key of the audit log was deleted from the database.",
            cure="Restore a backup.",
        )
    key = bytes.fromhex(vault.open(sealed, context=context).reveal())
    store.unlock_audit(key, continued=continued)


def _jwt_key(settings: Settings, vault: Vault) -> bytes:
    given = settings.jwt_secret.get_secret_value()
    if not given:
        return vault.derive("spectra/jwt/v1")
    if len(given) < _MIN_JWT_SECRET:
        raise ConfigurationError(
            "JWT_SECRET",
            f"it has fewer than {_MIN_JWT_SECRET} characters.",
            cure="Use 32 random characters or more, or unset it.",
        )
    return hashlib.sha256(b"spectra/jwt/v1\0" + given.encode()).digest()


def _oidc(settings: Settings) -> OidcConfig | None:
    if not settings.oidc_issuer:
        return None
    return OidcConfig(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        domains=settings.oidc_domains,
    )


def _ensure_local_user(store: Store, clock: Clock, *, name: str) -> None:
    with store.as_system() as work:
        if not any(user.id == LOCAL_USER for user in work.users.list()):
            work.users.add(
                User(LOCAL_USER, "local@localhost", name, role=Role.ADMIN, created_at=clock.now())
            )
