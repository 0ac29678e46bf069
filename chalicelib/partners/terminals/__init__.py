"""Terminals: the gates and phones of a verifier, each with a credential of its own."""
