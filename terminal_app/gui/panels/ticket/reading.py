"""Read numbers out of fields; what cannot be read names its field."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.errors import InvalidOrder
from terminal_app.gui.widgets.number_field import NumberField


def read_number(field: NumberField) -> Decimal | None:
    """Return a field's number, None while it is empty; raise ``InvalidOrder`` for no number."""
    try:
        return field.value()
    except ValueError as error:
        raise InvalidOrder(field.caption, str(error), "cannot be read") from error
