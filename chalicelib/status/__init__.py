"""What colour a holder has, and which code was presented last."""
