"""The command `yima`."""
