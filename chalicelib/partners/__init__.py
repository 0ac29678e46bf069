"""Who may scan: verifiers as OAuth 2.0 clients."""
