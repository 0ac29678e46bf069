"""Proving who somebody is: what the city asks those who know, and how often somebody may try."""
