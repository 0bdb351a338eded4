"""How market time follows wall time."""


class Pace:
    """Hold the speed of market time and whether it passes at all.

    `paused` is a person's choice; `held` that of a seek, while market time is moved otherwise.
    """

    def __init__(self, wall_ms: int, speed: float) -> None:
        self.speed = speed
        self.paused = False
        self.held = False
        self.reached_wall_ms = wall_ms

    def set_speed(self, speed: float) -> None:
        """Change how fast market time passes from the wall time reached on; must be > 0."""
        if not speed > 0:
            raise ValueError("speed must be greater than 0")
        self.speed = speed

    def pass_to(self, wall_ms: int) -> float | None:
        """Reach a wall time and return the market time that passes, None where it stands still."""
        elapsed_ms = max(0, wall_ms - self.reached_wall_ms)
        self.reached_wall_ms += elapsed_ms
        return None if self.paused or self.held else elapsed_ms * self.speed
