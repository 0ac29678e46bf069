"""The status lists of a city: entries are handed out, revoked for good, and published so that everybody may look."""
