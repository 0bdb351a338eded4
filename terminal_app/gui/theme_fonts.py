"""Choose the fonts: Inter where it is installed, else the system's own, digits of one width."""

from PySide6.QtGui import QFont, QFontDatabase

TEXT_PX = 12
LABEL_PX = 11


def text_font(
    pixel_size: int = TEXT_PX, weight: QFont.Weight = QFont.Weight.Normal, *, tabular: bool = True
) -> QFont:
    """Return the house's font; tabular digits keep figures from dancing when they change."""
    font = QFont()
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).families()
    font.setFamilies(["Inter", *system, "DejaVu Sans"])
    font.setPixelSize(pixel_size)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font
