"""National cryptography: SM3 (hashing), SM4 (sealing), SM2 (signatures). Values in, values out: no clock, no cloud."""
