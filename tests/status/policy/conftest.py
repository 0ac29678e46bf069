"""Policies under bad weather and on both stores."""

from tests.faults.conftest import anywhere, engine, weather

__all__ = ["anywhere", "engine", "weather"]
