"""The button that says whether trading keys work, in every window that hears keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from terminal_app.gui.hotkeys.arming import ARM_KEY, Arming
from terminal_app.gui.theme import restyle

ARM_TEXTS = {False: f"Trading keys off  {ARM_KEY}", True: "Trading keys ARMED  Esc"}
ARM_PADDING_PX = 28


class ArmButton(QPushButton):
    """Show and change whether trading keys are armed."""

    def __init__(self, arming: Arming) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Trading keys")
        self.clicked.connect(arming.toggle)
        arming.changed.connect(self._show_armed)
        self._show_armed(arming.is_armed)

    def _show_armed(self, is_armed: bool) -> None:
        self.setText(ARM_TEXTS[is_armed])
        self.setToolTip(
            f"Keys send orders now. Esc or {ARM_KEY} disarms them."
            if is_armed
            else f"No key sends anything. {ARM_KEY} arms the trading keys, Esc disarms them."
        )
        self.setProperty("role", "armed" if is_armed else "quiet")
        restyle(self)
        # As wide as the longer of its texts: what stands beside it does not jump.
        metrics = self.fontMetrics()
        widths = [metrics.horizontalAdvance(text) for text in ARM_TEXTS.values()]
        self.setFixedWidth(max(widths) + ARM_PADDING_PX)
