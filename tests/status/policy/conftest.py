"""Policies under bad weather and on both stores."""

from tests.faults.conftest import anywhere, engine, quickly, weather

__all__ = ["anywhere", "engine", "quickly", "weather"]
