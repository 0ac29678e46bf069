"""A stranger with nothing but the `openssl` command agrees with us, in both directions."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from chalicelib.platform.crypto import curve
from chalicelib.platform.crypto.hashing import expand, hmac_sm3, sm3
from chalicelib.platform.crypto.sealing import sm4_ctr
from chalicelib.platform.crypto.sm2 import DEFAULT_ID, KeyPair, Sm2
from tests.requirements import require

SPKI_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
SEC1_HEAD = bytes.fromhex("30770201010420")
SEC1_CURVE_AND_POINT = bytes.fromhex("a00a06082a811ccf5501822da14403420004")

IDS = pytest.mark.parametrize("signer_id", [DEFAULT_ID, b"ALICE123@YAHOO.COM"], ids=["default ID", "another ID"])
MESSAGES = pytest.mark.parametrize(
    "message", [b"", b"message digest", bytes(range(256))], ids=["empty", "text", "bytes"]
)


def openssl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *arguments], capture_output=True, timeout=20, check=False)


@pytest.fixture(scope="module", autouse=True)
def _openssl_with_sm2() -> None:
    require(shutil.which("openssl") is not None, "no openssl command")
    require(b"SM2" in openssl("ecparam", "-list_curves").stdout, "this openssl was built without SM2")


@pytest.fixture
def message_file(tmp_path: Path, message: bytes) -> Path:
    path = tmp_path / "message"
    path.write_bytes(message)
    return path


@IDS
@MESSAGES
def test_openssl_accepts_our_signature(sm2: Sm2, message: bytes, message_file: Path, signer_id: bytes) -> None:
    pair = sm2.generate()
    signature = sm2.sign(pair, message, signer_id=signer_id)
    assert openssl_accepts(pair, message_file, signature, signer_id)
    assert not openssl_accepts(pair, message_file, signature, b"someone else")


@IDS
@MESSAGES
def test_we_accept_the_signature_of_openssl(sm2: Sm2, message: bytes, message_file: Path, signer_id: bytes) -> None:
    pair = sm2.generate()
    signature = openssl_signs(pair, message_file, signer_id)
    assert sm2.verify(pair.public, message, signature, signer_id=signer_id)
    assert not sm2.verify(pair.public, message + b"!", signature, signer_id=signer_id)


@MESSAGES
def test_openssl_finds_the_same_digest_and_tag(message: bytes, message_file: Path) -> None:
    digest = openssl("dgst", "-sm3", "-binary", str(message_file))
    tag = openssl(
        "dgst", "-sm3", "-mac", "HMAC", "-macopt", f"hexkey:{bytes(range(32)).hex()}", "-binary", str(message_file)
    )
    assert digest.stdout == sm3(message)
    assert tag.stdout == hmac_sm3(bytes(range(32)), message)


@pytest.mark.parametrize("length", [16, 32, 100])
def test_openssl_derives_the_same_keys(length: int) -> None:
    options = ["digest:SM3", "mode:EXPAND_ONLY", f"hexkey:{bytes(range(32)).hex()}", "info:yima seal tag"]
    derived = openssl("kdf", "-keylen", str(length), "-binary", *[x for o in options for x in ("-kdfopt", o)], "HKDF")
    require(derived.returncode == 0, "this openssl has no kdf command")
    assert derived.stdout == expand(bytes(range(32)), b"yima seal tag", length)


@MESSAGES
def test_openssl_hides_the_same_in_counter_mode(message: bytes, message_file: Path) -> None:
    key, counter = bytes(range(16)), b"\xff" * 16  # the counter wraps after one block
    hidden = openssl("enc", "-sm4-ctr", "-K", key.hex(), "-iv", counter.hex(), "-in", str(message_file))
    assert hidden.stdout == sm4_ctr(key, counter, message)


def openssl_accepts(pair: KeyPair, message: Path, signature: bytes, signer_id: bytes) -> bool:
    key, der = message.with_name("public.pem"), message.with_name("signature.der")
    key.write_text(pem("PUBLIC KEY", SPKI_HEAD + pair.public))
    der.write_bytes(encode_dss_signature(*curve.halves(signature)))
    verify = ("dgst", "-sm3", "-verify", str(key), "-signature", str(der))
    return openssl(*verify, "-sigopt", f"distid:{signer_id.decode()}", str(message)).stdout == b"Verified OK\n"


def openssl_signs(pair: KeyPair, message: Path, signer_id: bytes) -> bytes:
    key = message.with_name("private.pem")
    key.write_text(pem("EC PRIVATE KEY", SEC1_HEAD + pair.private + SEC1_CURVE_AND_POINT + pair.public))
    signed = openssl("dgst", "-sm3", "-sign", str(key), "-sigopt", f"distid:{signer_id.decode()}", str(message))
    return curve.to_bytes(*decode_dss_signature(signed.stdout))


def pem(label: str, der: bytes) -> str:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"
