"""The parts of a date string: days of four traditions, clocks and zones, the Hijri calendar, and what counts back."""
