"""Watching those who look: what is unusual raises an alert, which a person judges."""
