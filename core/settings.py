"""Every setting of Spectra, read once from the environment and checked before anything starts.

Nothing else in Spectra reads environment variables.
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import ConfigurationError

_DEFAULT_BASES = (
    "BTC ETH SOL XRP DOGE ADA AVAX LINK DOT LTC SHIB UNI AAVE NEAR APT "
    "ARB OP ATOM FIL ICP HBAR SUI PEPE BONK RENDER INJ BCH GRT ALGO XLM"
)
DEFAULT_PRODUCTS = tuple(f"{base}-USD" for base in _DEFAULT_BASES.split())
"""Thirty liquid USD products of Coinbase, most traded first."""

MAX_PRODUCTS = 400
_PRODUCT_ID = re.compile(r"[A-Z0-9][A-Z0-9.]{0,19}-[A-Z0-9]{2,10}")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
_LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


class Settings(BaseSettings):
    """The operator's choices; field names are the environment variables of the README's table."""

    model_config = SettingsConfigDict(
        env_prefix="SPECTRA_",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    demo: bool = False
    """Run against the bundled sandbox instead of the real exchange."""
    mode: Literal["single", "multi"] = "single"
    """Who may use this process: one person on this machine, or everyone with an account."""
    home: Path = Path("data")
    """Folder for everything Spectra keeps on disk."""
    products: Annotated[tuple[str, ...], NoDecode] = DEFAULT_PRODUCTS
    """Products the feed follows, BASE-QUOTE."""
    coinbase_ws_url: str = Field(
        default="wss://advanced-trade-ws.coinbase.com", pattern=r"^wss?://[^\s/]+"
    )
    coinbase_rest_url: str = Field(default="https://api.coinbase.com", pattern=r"^https?://[^\s/]+")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    """SQLAlchemy URL of SQLite or PostgreSQL; empty means a file in `home`."""
    encryption_key: SecretStr = Field(default=SecretStr(""), validation_alias="ENCRYPTION_KEY")
    """Seals every stored credential; empty in single-user mode means a file in `home`."""
    encryption_key_previous: SecretStr = Field(
        default=SecretStr(""), validation_alias="ENCRYPTION_KEY_PREVIOUS"
    )
    """The key before, while `core.admin rotate-keys` has not finished."""
    jwt_secret: SecretStr = Field(default=SecretStr(""), validation_alias="JWT_SECRET")
    """Signs the short tokens of API clients; empty means one derived from `encryption_key`."""
    public_url: str = Field(default="", pattern=r"^(https?://[^\s/]+)?$")
    """The address people open, when it is not the one the server listens on."""
    behind_tls_proxy: bool = False
    """A proxy ends TLS and names the client in X-Forwarded-For."""
    proxies: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "::1")
    """Addresses or networks the proxy may speak from; nobody else is served behind one."""
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), validation_alias="CORS_ORIGINS"
    )
    """Origins of other sites whose scripts may call the API; none by default."""
    oidc_issuer: str = Field(default="", pattern=r"^(https?://\S+)?$")
    """The identity provider people may sign in with; empty turns this off."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_domains: Annotated[tuple[str, ...], NoDecode] = ()
    """Domains of verified e-mail addresses that may make an account by signing in."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("products", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(
            dict.fromkeys(part.strip().upper() for part in value.split(",") if part.strip())
        )

    @field_validator("cors_origins", "oidc_domains", "proxies", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip().lower().rstrip("/") for part in value.split(",") if part.strip())

    @field_validator("products")
    @classmethod
    def _check_products(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not 1 <= len(value) <= MAX_PRODUCTS:
            raise ValueError(f"name between 1 and {MAX_PRODUCTS} products, not {len(value)}")
        for product in value:
            if not _PRODUCT_ID.fullmatch(product):
                raise ValueError(f"{product!r} is not of the form BASE-QUOTE, such as BTC-USD")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not an origin such as https://… without a path")
        return value

    @field_validator("proxies")
    @classmethod
    def _check_proxies(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for place in value:
            try:
                ip_network(place)
            except ValueError:
                raise ValueError(
                    f"{place!r} is not an address or network such as 10.0.0.2 or 10.0.0.0/8"
                ) from None
        return value

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _check_encrypted(cls, value: str) -> str:
        if value.startswith("http://") and urlsplit(value).hostname not in _LOOPBACK_HOSTS:
            raise ValueError("without https this would send passwords in clear")
        return value.rstrip("/")

    @property
    def backups(self) -> Path:
        """Where the Settings page puts backups, and `core.admin restore` looks for a bare name."""
        return self.home / "backups"

    def secrets(self) -> tuple[str, ...]:
        """Return every secret that was given, for what must never show one, such as logs."""
        given = (value.get_secret_value() for _, value in self if isinstance(value, SecretStr))
        return tuple(secret for secret in given if secret)

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        """Refuse choices that are right alone and wrong together."""
        if self.demo and self.mode == "multi":
            raise ConfigurationError(
                "SPECTRA_MODE",
                "the demo has one user.",
                cure="Unset SPECTRA_DEMO or SPECTRA_MODE.",
            )
        if self.mode == "single" and (self.public_url or self.behind_tls_proxy):
            raise ConfigurationError(
                "SPECTRA_PUBLIC_URL" if self.public_url else "SPECTRA_BEHIND_TLS_PROXY",
                "single-user mode has no sign-in and serves this machine only.",
                cure="Set SPECTRA_MODE=multi, or unset it.",
            )
        if self.behind_tls_proxy and not self.public_url.startswith("https://"):
            raise ConfigurationError(
                "SPECTRA_PUBLIC_URL",
                "behind a TLS proxy Spectra must know the address people open.",
                cure="Set it to that https:// address.",
            )
        if self.oidc_issuer and not (self.oidc_client_id and self.mode == "multi"):
            raise ConfigurationError(
                "SPECTRA_OIDC_ISSUER",
                "signing in there needs a client and multi-user mode.",
                cure="Set SPECTRA_OIDC_CLIENT_ID and SPECTRA_MODE=multi.",
            )
        return self


def load_settings(**overrides: object) -> Settings:
    """Read the environment, apply `overrides` by field name, and check everything.

    Raises ConfigurationError naming the first wrong variable and its cure.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = variable_of(str(first["loc"][0]))
        problem = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(
            name,
            f"{problem}.",
            cure="Correct or unset it; the README's configuration table lists every variable.",
        ) from error


def variable_of(field: str) -> str:
    """Return the environment variable of a field, given by its name or by that variable."""
    alias = Settings.model_fields[field].validation_alias if field.islower() else field
    return str(alias or f"SPECTRA_{field.upper()}")


def check_bind(host: str, settings: Settings) -> None:
    """Refuse an address other machines can reach, unless people sign in there, over TLS."""
    if host in _LOOPBACK_HOSTS or (settings.mode == "multi" and settings.behind_tls_proxy):
        return
    single = settings.mode == "single"
    raise ConfigurationError(
        "--host",
        f"{host} is open to other machines, and "
        + ("single-user mode has no sign-in." if single else "passwords would travel in clear."),
        cure="Use 127.0.0.1, and a tunnel such as ssh -L to reach it from elsewhere."
        if single
        else "Use 127.0.0.1, or put a TLS proxy in front and set SPECTRA_BEHIND_TLS_PROXY=1.",
    )
