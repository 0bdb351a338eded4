"""What changed of an account's settings behind our back, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal_app.domain.account import AccountSnapshot, SymbolSettings

NAMED_SYMBOLS = 3


def settings_changes(before: AccountSnapshot, after: AccountSnapshot) -> list[str]:
    """Return a sentence for each setting that is another now.

    Of the position mode no event tells, neither on USDⓈ-M nor on the market that shares it.
    """
    sentences = [
        *_of_symbols(before, after, "leverage", lambda settings: f"{settings.leverage}x"),
        *_of_symbols(before, after, "margin mode", lambda settings: settings.margin_mode.value),
    ]
    if before.is_hedged is not after.is_hedged:
        word = "hedge: long and short are held apart" if after.is_hedged else "one-way"
        sentences.append(f"The position mode is {word} now.")
    if before.is_multi_assets is not after.is_multi_assets:
        word = "on" if after.is_multi_assets else "off"
        sentences.append(f"Multi-assets mode is {word} now.")
    return sentences


def _of_symbols(
    before: AccountSnapshot,
    after: AccountSnapshot,
    name: str,
    text: Callable[[SymbolSettings], str],
) -> list[str]:
    changed = _changed(before.settings, after.settings, text)
    if len(changed) > NAMED_SYMBOLS:
        return [f"The {name} of {len(changed)} symbols is another now."]
    return [f"The {name} of {symbol} is {value} now." for symbol, value in changed.items()]


def _changed(
    before: Mapping[str, SymbolSettings],
    after: Mapping[str, SymbolSettings],
    text: Callable[[SymbolSettings], str],
) -> dict[str, str]:
    return {
        symbol: text(settings)
        for symbol, settings in after.items()
        if symbol in before and text(before[symbol]) != text(settings)
    }
