"""Colours set by people: on a legal ground, by two officers, for a bounded time, seen by the holder at once."""
