"""Clients, their terminals, and how either shows who it is."""
