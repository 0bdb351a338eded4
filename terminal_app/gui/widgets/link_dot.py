"""A dot in a panel's head: in the colour and with the digit of the group it is linked by."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QActionGroup, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QToolButton

from terminal_app.gui.link_groups import Link, LinkGroup, LinkKind
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import text_font
from terminal_app.gui.widgets.guarded import guarded

_SIDE_PX = 24
_RADIUS_PX = 7.0
_KIND_WORDS = {
    LinkKind.SYMBOL: "Share the symbol",
    LinkKind.INTERVAL: "Share the interval",
    LinkKind.CROSSHAIR: "Share the crosshair",
}


def group_colour(theme: Theme, group: LinkGroup) -> str:
    """Return the colour of a group."""
    return {
        LinkGroup.BLUE: theme.accent,
        LinkGroup.ORANGE: theme.live,
        LinkGroup.GREEN: theme.practice,
        LinkGroup.PURPLE: theme.testnet,
    }.get(group, theme.faint)


class LinkDot(QToolButton):
    """Show a link's group and let a person choose another, and what is shared."""

    def __init__(
        self, link: Link, theme: Theme, kinds: Sequence[LinkKind] = tuple(LinkKind)
    ) -> None:
        super().__init__()
        self._link, self._theme = link, theme
        self.setProperty("role", "quiet")
        self.setFixedSize(_SIDE_PX, _SIDE_PX)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self._groups = QActionGroup(menu)
        for group in LinkGroup:
            action = menu.addAction(group.words)
            action.setCheckable(True)
            action.setData(group.value)
            self._groups.addAction(action)
        # Where one thing only can be shared there is nothing to choose.
        choices = kinds if len(kinds) > 1 else ()
        if choices:
            menu.addSeparator()
        self._kinds = [self._kind_action(menu, kind) for kind in choices]
        self._groups.triggered.connect(self._choose_group)
        self.setMenu(menu)
        link.changed.connect(self._show)
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, group = self._theme, self._link.group
        middle = QRectF(self.rect()).center()
        if self.underMouse() or self.hasFocus():
            painter.setPen(QColor(theme.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        colour = QColor(group_colour(theme, group))
        if group is LinkGroup.NONE:
            painter.setPen(QPen(colour, 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, _RADIUS_PX - 1.5, _RADIUS_PX - 1.5)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(middle, _RADIUS_PX, _RADIUS_PX)
            painter.setPen(QColor(theme.on_environment))
            painter.setFont(text_font(10))
            box = QRectF(middle - QPointF(8, 8), middle + QPointF(8, 8))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, group.sign)
        painter.end()

    def _kind_action(self, menu: QMenu, kind: LinkKind) -> QAction:
        action = menu.addAction(_KIND_WORDS[kind])
        action.setCheckable(True)
        action.setData(kind.value)
        action.triggered.connect(self._choose_kinds)
        return action

    def _choose_group(self, action: QAction) -> None:
        self._link.join(LinkGroup(action.data()))

    def _choose_kinds(self) -> None:
        chosen = [LinkKind(action.data()) for action in self._kinds if action.isChecked()]
        self._link.join(self._link.group, chosen)

    def _show(self) -> None:
        group = self._link.group
        for action in self._groups.actions():
            action.setChecked(action.data() == group.value)
        for action in self._kinds:
            action.setChecked(LinkKind(action.data()) in self._link.kinds)
        words = "not linked" if group is LinkGroup.NONE else f"linked by {group.value}"
        self.setToolTip(f"Linked panels share symbol and crosshair: this one is {words}")
        self.setAccessibleName(f"Link group: {words}")
        self.update()
