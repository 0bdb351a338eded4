"""What a person set for their own protection, and what holds where nothing is set."""

from __future__ import annotations

from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.instrument import Market
from terminal_app.domain.safety import PanicScope, SafetyRules
from terminal_app.observers import Observers
from terminal_app.storage.preferences import Preferences
from terminal_app.venues.base import Environment, EnvironmentKind

SAFETY = "safety"
# Longer than a double click, shorter than a hand takes to want the same again.
DUPLICATE_MS = 800
FIRST_RULES = SafetyRules(duplicate_ms=DUPLICATE_MS)
FIRST_CONFIRMATIONS = {
    EnvironmentKind.PRACTICE: Confirmation.NONE,
    EnvironmentKind.TESTNET: Confirmation.DIALOG,
    EnvironmentKind.LIVE: Confirmation.DIALOG,
}
HOLD_MS = {EnvironmentKind.PRACTICE: 500, EnvironmentKind.TESTNET: 500, EnvironmentKind.LIVE: 1000}
# A brush of the mouse must not end positions, and practice is where the hand learns it.
PANIC_HOLD_MS = {
    EnvironmentKind.PRACTICE: 300,
    EnvironmentKind.TESTNET: 300,
    EnvironmentKind.LIVE: 800,
}


class SafetySettings:
    """Read and change what protects a person. Key told: safety.

    Live is never without a confirmation when the program starts.
    """

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self.observers = Observers()
        live = EnvironmentKind.LIVE.value
        if preferences.confirmations.get(live) is Confirmation.NONE:
            preferences.confirmations[live] = Confirmation.DIALOG

    def rules(self, environment: Environment, market: Market) -> SafetyRules:
        """Return what every order is held against."""
        return self._preferences.safety.get(_scope(environment, market), FIRST_RULES)

    def set_rules(self, environment: Environment, market: Market, rules: SafetyRules) -> None:
        """Hold orders of a market of an environment against these rules from now on."""
        self._preferences.safety[_scope(environment, market)] = rules
        self.observers.notify(SAFETY)

    def confirmation(self, kind: EnvironmentKind) -> Confirmation:
        """Return what stands between a press and an order."""
        return self._preferences.confirmations.get(kind.value, FIRST_CONFIRMATIONS[kind])

    def set_confirmation(self, kind: EnvironmentKind, confirmation: Confirmation) -> None:
        """Confirm orders this way from now on."""
        self._preferences.confirmations[kind.value] = confirmation
        self.observers.notify(SAFETY)

    def hold_ms(self, kind: EnvironmentKind) -> int:
        """Return for how long the submit button has to be held, 0 where a press is enough."""
        return HOLD_MS[kind] if self.confirmation(kind) is Confirmation.HOLD else 0

    def has_dead_man(self, environment: Environment, market: Market) -> bool:
        """Say whether countdowns are to be kept running."""
        return _scope(environment, market) in self._preferences.dead_man

    def set_dead_man(self, environment: Environment, market: Market, is_on: bool) -> None:
        """Keep countdowns running on a market of an environment, or not."""
        scope, kept = _scope(environment, market), self._preferences.dead_man
        self._preferences.dead_man = [one for one in kept if one != scope]
        if is_on:
            self._preferences.dead_man.append(scope)
        self.observers.notify(SAFETY)

    @property
    def panic_scope(self) -> PanicScope:
        """Return what a panic ends."""
        return self._preferences.panic_scope

    def set_panic_scope(self, scope: PanicScope) -> None:
        """Have a panic end orders and positions of this from now on."""
        self._preferences.panic_scope = scope
        self.observers.notify(SAFETY)

    @property
    def panic_sells(self) -> bool:
        """Say whether a panic in one symbol sells its base asset where that is no position."""
        return self._preferences.panic_sells

    def set_panic_sells(self, sells: bool) -> None:
        """Have a panic in one symbol sell its free base asset as well, or not."""
        self._preferences.panic_sells = sells
        self.observers.notify(SAFETY)


def _scope(environment: Environment, market: Market) -> str:
    return f"{environment.name}/{market.value}"
