"""How the API speaks: one operation at a time, refusals as problem documents, a description of itself."""
