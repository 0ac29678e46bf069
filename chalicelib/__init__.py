"""Yima, one code per person for the whole city. Each folder is a room; docs/architecture.md has the floor plan."""
