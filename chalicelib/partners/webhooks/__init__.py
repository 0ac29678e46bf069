"""Who is told what happens, where, and how they can be sure that the city told them (Standard Webhooks 1.0)."""
