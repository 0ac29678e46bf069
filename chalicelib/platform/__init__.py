"""The ground floor: settings, clock, cryptography, tables, HTTP and telemetry. Knows nothing of cities or codes."""
