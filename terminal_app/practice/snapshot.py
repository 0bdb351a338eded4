"""Keep the whole exchange as bytes and put it back: books, crowd, accounts, counters, bans.

The object graph is pickled as it stands. Objects that others hold on to (anchors) are not made
anew but get their state set in place; objects that outlive a restore (the clock, the account file,
sockets) stand for themselves. Both are named, so that bytes may come from another process.
"""

import hashlib
import hmac
import io
import pickle
import zlib
from collections.abc import Mapping
from typing import Any, Final

from terminal_app import __version__

_HEAD: Final = f"practice snapshot {__version__}\n".encode()
_DIGEST_BYTES: Final = 32


class SnapshotError(Exception):
    """Say why the exchange cannot be kept, or bytes cannot be put back."""


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, names: Mapping[int, str]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._names = names

    def persistent_id(self, obj: Any) -> str | None:
        return self._names.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, known: Mapping[str, object]) -> None:
        super().__init__(file)
        self._known = known

    def persistent_load(self, pid: Any) -> object:
        try:
            return self._known[pid]
        except KeyError:
            raise SnapshotError(f"The snapshot names {pid}, which is not here.") from None


class Snapshots:
    """Freeze and thaw named objects; bytes are sealed with a secret and taken from no one else.

    `anchors` get their state back in place, `fixed` objects are left as they are.
    """

    def __init__(
        self, anchors: Mapping[str, object], fixed: Mapping[str, object], secret: str
    ) -> None:
        self._anchors = anchors
        self._known = {**fixed, **anchors}
        self._secret = secret.encode()

    def freeze(self, extra: Any) -> bytes:
        """Return the anchors' state and `extra` as sealed bytes."""
        names = {id(known): name for name, known in self._known.items()}
        states = {name: dict(vars(anchor)) for name, anchor in self._anchors.items()}
        file = io.BytesIO()
        try:
            _Pickler(file, names).dump((states, extra))
        except (TypeError, AttributeError, pickle.PicklingError) as error:
            raise SnapshotError(f"This market cannot be kept: {error}.") from error
        body = zlib.compress(file.getvalue(), 1)
        return _HEAD + self._seal(body) + body

    def thaw(self, data: bytes) -> Any:
        """Put the anchors' state back and return the `extra` it was frozen with."""
        if not data.startswith(_HEAD):
            raise SnapshotError("The bytes are no snapshot of this version of the exchange.")
        seal, body = data[len(_HEAD) :][:_DIGEST_BYTES], data[len(_HEAD) + _DIGEST_BYTES :]
        if not hmac.compare_digest(seal, self._seal(body)):
            raise SnapshotError("The snapshot was made with another control token, or is damaged.")
        states, extra = _Unpickler(io.BytesIO(zlib.decompress(body)), self._known).load()
        if states.keys() != self._anchors.keys():
            raise SnapshotError("The snapshot is of an exchange with other parts.")
        for name, anchor in self._anchors.items():
            vars(anchor).clear()
            vars(anchor).update(states[name])
        return extra

    def _seal(self, body: bytes) -> bytes:
        return hmac.new(self._secret, _HEAD + body, hashlib.sha256).digest()
