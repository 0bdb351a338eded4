"""The operating system's keyring: which one, and in words what keeps it from working.

The backend is chosen here from a list of three, by the system alone. Neither keyring's own
discovery nor its environment variables and configuration files have a say: they could lead keys
into a plain file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from terminal_app.errors import StorageError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Backend = TypeVar("Backend", bound="KeyringBackend")

SECRET_SERVICES = (
    "GNOME Keyring (Debian: apt-get install gnome-keyring), KWallet or KeePassXC with its Secret "
    "Service switched on"
)
_NO_SESSION = (
    "There is no D-Bus session here, and a keyring is reached through one. Log in to a desktop, "
    "or start the terminal with `dbus-run-session`."
)
_NO_SERVICE = f"No keyring is running in this session. Install {SECRET_SERVICES}."
_NO_COLLECTION = (
    "The keyring has no unlocked place to keep a key in: its password window was dismissed, or "
    "there is none to show. Create a default keyring (in “Passwords and Keys”) and try again."
)
_LOCKED = "The keyring is locked and was not unlocked. Try again and enter its password."


def open_system_keyring() -> KeyringBackend:
    """Return the keyring of this operating system with nothing set by the environment.

    Imports keyring here, on the caller's thread: it costs a tenth of a second.
    """
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring

        windows = _without_environment(WinVaultKeyring)
        # By default the Credential Manager may carry keys to the other machines of a domain.
        windows.persist = "local machine"
        return windows
    if sys.platform == "darwin":
        from keyring.backends.macOS import Keyring

        keychain = _without_environment(Keyring)
        keychain.keychain = None
        return keychain
    # KWallet speaks the Secret Service protocol too since KDE Frameworks 5.97.
    from keyring.backends import SecretService

    return _without_environment(SecretService.Keyring)


def explain(error: Exception) -> str:
    """Return the sentence for a person on why the keyring failed and what to do."""
    from keyring.errors import InitError, KeyringLocked

    if isinstance(error, StorageError):
        return str(error)
    if isinstance(error, KeyringLocked):
        return _LOCKED
    cause = _root_cause(error)
    if "DBUS_SESSION_BUS_ADDRESS" in str(cause) or isinstance(cause, OSError):
        return _NO_SESSION
    if "ServiceUnknown" in str(cause) or "neither running nor" in str(error):
        return _NO_SERVICE
    if isinstance(error, InitError):
        return _NO_COLLECTION
    return f"The keyring refused: {error}"


def _without_environment(make: Callable[[], Backend]) -> Backend:
    backend = make()
    # KEYRING_PROPERTY_… variables have become attributes; they could name another collection.
    vars(backend).clear()
    return backend


def _root_cause(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error
