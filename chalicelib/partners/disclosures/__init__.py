"""Disclosures: what a scan, or a consent that needs none, is exchanged for; and each of them written down first."""
