"""The log of officers: what was done by right of an office, by whom, when, and what came of it."""
