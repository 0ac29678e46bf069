"""Families: a guardian shows the codes of who is in their care, for as long as both may and want."""
