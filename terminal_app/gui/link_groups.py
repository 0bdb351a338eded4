"""Link panels by colour: those of one group show one symbol, one interval, one moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from terminal_app.domain.instrument import Market


class LinkGroup(StrEnum):
    """Name a group by its colour; a panel of none goes its own way."""

    NONE = "none"
    BLUE = "blue"
    ORANGE = "orange"
    GREEN = "green"
    PURPLE = "purple"

    @property
    def sign(self) -> str:
        """Return the digit that names the group where colours are not told apart."""
        return "" if self is LinkGroup.NONE else str(list(LinkGroup).index(self))

    @property
    def words(self) -> str:
        """Return its name for a menu."""
        return "Not linked" if self is LinkGroup.NONE else f"{self.sign}  {self.value.title()}"


class LinkKind(StrEnum):
    """Name what panels of a group share."""

    SYMBOL = "symbol"
    INTERVAL = "interval"
    CROSSHAIR = "crosshair"


# A group whose charts all had one length of bars would show one chart as often as it has panels.
USUAL_KINDS = frozenset({LinkKind.SYMBOL, LinkKind.CROSSHAIR})


@dataclass(frozen=True, slots=True)
class LinkedSymbol:
    """Name a symbol of a market."""

    market: Market
    symbol: str


@dataclass(frozen=True, slots=True)
class LinkedSpot:
    """Name a moment and the price that the pointer is at, where there is one."""

    time_ms: int
    price: Decimal | None
    symbol: LinkedSymbol | None


Shared = LinkedSymbol | LinkedSpot | str | None


class Link(QObject):
    """Be one panel's end of a link: tell the others, hear of them.

    ``symbol_came`` carries a ``LinkedSymbol``, ``interval_came`` a text such as "5m",
    ``spot_came`` a ``LinkedSpot`` or None when the pointer left; ``changed`` tells that a person
    chose another group or what is shared. A panel never hears of what it told itself.
    """

    symbol_came = Signal(object)
    interval_came = Signal(str)
    spot_came = Signal(object)
    changed = Signal()

    def __init__(self, groups: LinkGroups, parent: QObject) -> None:
        super().__init__(parent)
        self._groups = groups
        self.group = LinkGroup.NONE
        self.kinds: frozenset[LinkKind] = USUAL_KINDS

    def join(self, group: LinkGroup, kinds: Iterable[LinkKind] | None = None) -> None:
        """Become one of a group and take over what it shows now."""
        if LinkKind.CROSSHAIR in self.kinds:
            self.tell(LinkKind.CROSSHAIR, None)
            self.spot_came.emit(None)
        self.group = group
        self.kinds = self.kinds if kinds is None else frozenset(kinds)
        self._groups.greet(self)
        self.changed.emit()

    def leave(self) -> None:
        """Hear and tell nothing any more, because the panel is closed."""
        self._groups.forget(self)

    def tell(self, kind: LinkKind, value: Shared) -> None:
        """Tell the others of the group what this panel shows now."""
        self._groups.pass_on(self, kind, value)

    def hear(self, kind: LinkKind, value: Shared) -> None:
        """Take what another panel of the group shows."""
        if kind is LinkKind.SYMBOL:
            self.symbol_came.emit(value)
        elif kind is LinkKind.INTERVAL:
            self.interval_came.emit(str(value))
        else:
            self.spot_came.emit(value)


class LinkGroups(QObject):
    """Hold every link and what each group shows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._links: list[Link] = []
        self._shown: dict[tuple[LinkGroup, LinkKind], Shared] = {}

    def link(self, parent: QObject) -> Link:
        """Return a panel's link, which belongs to no group at first; it ends with ``leave``."""
        made = Link(self, parent)
        self._links.append(made)
        return made

    def forget(self, link: Link) -> None:
        """Tell a panel nothing any more, and the others that its pointer left."""
        self.pass_on(link, LinkKind.CROSSHAIR, None)
        self._links = [other for other in self._links if other is not link]

    def pass_on(self, teller: Link, kind: LinkKind, value: Shared) -> None:
        """Tell a value to every other panel of the teller's group that shares its kind."""
        group = teller.group
        if group is LinkGroup.NONE or kind not in teller.kinds:
            return
        if kind is not LinkKind.CROSSHAIR:
            if self._shown.get((group, kind)) == value:
                # What a panel shows because it was told so goes round no second time.
                return
            self._shown[group, kind] = value
        for link in tuple(self._links):
            if link is not teller and link.group is group and kind in link.kinds:
                link.hear(kind, value)

    def greet(self, newcomer: Link) -> None:
        """Tell a panel that joined what its group shows."""
        for kind in (LinkKind.SYMBOL, LinkKind.INTERVAL):
            value = self._shown.get((newcomer.group, kind))
            if value is not None and kind in newcomer.kinds:
                newcomer.hear(kind, value)


def restore_link(link: Link, group: str, shares: Iterable[str]) -> None:
    """Have a link join the group that was kept; words of another version are left out."""
    kinds = [LinkKind(share) for share in shares if share in set(LinkKind)]
    link.join(LinkGroup(group) if group in set(LinkGroup) else LinkGroup.NONE, kinds)
