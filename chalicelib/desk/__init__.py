"""The service desk: a helper acts for a person who stands there, under the helper's own name and never silently."""
