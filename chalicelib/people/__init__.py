"""Who is who: holders, the identity documents behind them, and their sessions."""
