"""What only the city may read: SM4 (GB/T 32907) in two modes.

`seal` is for what rests in a table (a name, a document number, a wrapped key): SM4-GCM, bound to its context, so that
a value moved to another person's record no longer opens. `sm4_ctr` hides the holder inside a code, where twelve
bytes must stay twelve bytes and a tag over the whole code gives the authenticity that this mode has not.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import CTR, GCM

KEY_SIZE = 16
NONCE_SIZE = 12
TAG_SIZE = 16


class SealBroken(Exception):
    """The sealed value was cut, altered, moved from its context, or sealed under another key."""


def seal(key16: bytes, plaintext: bytes, *, context: bytes, nonce: bytes) -> bytes:
    """`nonce` (12 bytes) ‖ SM4-GCM ciphertext ‖ 16-byte tag; `context` is authenticated and not stored.

    The caller brings the nonce, fresh from a CSPRNG: one used twice under a key gives both plaintexts away.
    Raises ValueError for a key or nonce of another length.
    """
    if len(nonce) != NONCE_SIZE:
        raise ValueError(f"a seal's nonce has {NONCE_SIZE} bytes, not {len(nonce)}")
    encryptor = Cipher(SM4(key16), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(context)
    return nonce + encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag


def unseal(key16: bytes, sealed: bytes, *, context: bytes) -> bytes:
    """What `seal` was given under the same key and context; anything else raises SealBroken."""
    if len(sealed) < NONCE_SIZE + TAG_SIZE:
        raise SealBroken
    nonce, ciphertext, tag = sealed[:NONCE_SIZE], sealed[NONCE_SIZE:-TAG_SIZE], sealed[-TAG_SIZE:]
    decryptor = Cipher(SM4(key16), GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(context)
    try:
        return decryptor.update(ciphertext) + decryptor.finalize()
    except InvalidTag:
        raise SealBroken from None


def sm4_ctr(key16: bytes, iv16: bytes, data: bytes) -> bytes:
    """`data` under SM4 in counter mode (GB/T 17964), same length; the same call turns it back.

    Authenticates nothing. The initial counter `iv16` is 16 bytes and never repeats under a key.
    """
    return Cipher(SM4(key16), CTR(iv16)).encryptor().update(data)
