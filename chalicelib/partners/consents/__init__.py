"""Consents: what a holder lets somebody learn who has no law to rely on, for how long, and until they take it back."""
