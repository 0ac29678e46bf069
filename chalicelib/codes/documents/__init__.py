"""Nothing with them: people verified by the number of their identity document, by the few who may."""
