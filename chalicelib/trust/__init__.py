"""Who may sign: issuer keys and their life, and the trust list that tells the world."""
