"""rotate-keys: seals everything anew with ENCRYPTION_KEY, reading what the key before had sealed.

    page of sealed values → open → seal → compare-and-set, page by page → count 0 → forget old key

Every page is one transaction, and both keys open everything at any time: it may be killed anywhere
and run again. A value someone changed meanwhile is left to them and looked at once more.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from core.bootstrap import Services, open_services
from core.domain import AuditAction, AuditRecord
from core.errors import SecretUnreadable, SpectraError
from core.settings import Settings
from core.storage import SealedValue
from core.vault import SealContext

PAGE = 500

Say = Callable[[str], None]


def add_to(commands: Any) -> None:
    """Add the command of this module to argparse's subcommands."""
    rotate = commands.add_parser("rotate-keys", help="seal everything anew with ENCRYPTION_KEY")
    rotate.add_argument("--page", type=_size, default=PAGE, help=argparse.SUPPRESS)
    rotate.set_defaults(command=_rotate)


def _rotate(settings: Settings, options: argparse.Namespace) -> int:
    with open_services(settings) as services:
        rotate(services, page=options.page, say=lambda line: print(line, flush=True))
    return 0


def rotate(services: Services, *, page: int = PAGE, say: Say) -> int:
    """Seal anew what another key sealed, and return how many values that were.

    Raises SpectraError when values are left that open with no key given; the rest is done then, and
    the old key still needed.
    """
    current, done = services.vault.current_key_id, 0
    while left := _left(services):
        say(f"rotate-keys key={current} done={done} left={left}")
        changed, unreadable = _one_pass(services, page=page, say=say, done=done)
        done += changed
        if unreadable:
            raise SpectraError(
                f"{unreadable} of {left} sealed values open with none of the keys given: keep the "
                f"old key in ENCRYPTION_KEY_PREVIOUS, or have their owners enter them again."
            )
        if not changed and _left(services) >= left:
            raise SpectraError(
                f"{left} values sealed with another key keep changing: start Spectra anew with the "
                f"new ENCRYPTION_KEY everywhere, then run this again."
            )
    forgotten = _forget_old_keys(services, done)
    say(f"rotate-keys key={current} done={done} left=0 forgotten={','.join(forgotten) or 'none'}")
    return done


def _one_pass(services: Services, *, page: int, say: Say, done: int) -> tuple[int, int]:
    """Look at every value once; return how many were sealed anew and how many do not open."""
    changed = unreadable = 0
    after = ""
    while True:
        with services.store.read_system() as work:
            values = work.sealed.list(after, page)
        if not values:
            return changed, unreadable
        anew = [
            (value, _sealed_anew(services, value)) for value in values if _is_old(services, value)
        ]
        unreadable += sum(token is None for _, token in anew)
        changed += _replace(services, [(value, token) for value, token in anew if token])
        after = values[-1].place
        say(f"rotate-keys done={done + changed}")


def _is_old(services: Services, value: SealedValue) -> bool:
    return value.key_id != services.vault.current_key_id


def _sealed_anew(services: Services, value: SealedValue) -> str | None:
    context = SealContext(value.user_id, value.connection_id, value.field)
    try:
        secret = services.vault.open(value.token, context=context)
    except SecretUnreadable:
        return None
    return services.vault.seal(secret.reveal(), context=context)


def _replace(services: Services, anew: list[tuple[SealedValue, str]]) -> int:
    if not anew:
        return 0
    key_id = services.vault.current_key_id
    with services.store.as_system() as work:
        return sum(
            work.sealed.replace(value.place, old_token=value.token, token=token, key_id=key_id)
            for value, token in anew
        )


def _left(services: Services) -> int:
    with services.store.read_system() as work:
        counts = work.sealed.count_by_key()
    return sum(n for key_id, n in counts.items() if key_id != services.vault.current_key_id)


def _forget_old_keys(services: Services, done: int) -> list[str]:
    """Remove the checks of keys that seal nothing any more, and write the rotation down."""
    current = services.vault.current_key_id
    with services.store.as_system() as work:
        used = {key_id for key_id, n in work.sealed.count_by_key().items() if n}
        old = sorted(set(work.key_checks.load()) - used - {current})
        for key_id in old:
            work.key_checks.remove(key_id)
        if old or done:
            work.audit.append(
                AuditRecord(
                    at=services.clock.now(),
                    action=AuditAction.KEYS_ROTATED,
                    user_id=None,
                    object=current,
                    user_agent="core.admin",
                    details={"values": str(done), "forgotten": ",".join(old)},
                )
            )
    return old


def _size(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 100_000:
        raise argparse.ArgumentTypeError("not a number from 1 to 100,000")
    return int(text)
