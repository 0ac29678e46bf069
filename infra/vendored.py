"""What the pages load of other people's packages: the address below `/vendor/`, and the file that npm installed."""

from __future__ import annotations

from pathlib import Path

FILES = {"jsqr.js": "jsqr/dist/jsQR.js", "sm2.js": "sm-crypto-v2/dist/index.umd.js"}


def vendored(web: Path) -> dict[str, Path]:
    """Each address, and its file, which may not be there: the pages do without where they must."""
    return {f"/vendor/{name}": web / "node_modules" / file for name, file in FILES.items()}


def licences(web: Path) -> dict[str, Path]:
    """The licences of all that is in those files: what they were made of was installed beside them."""
    packages = web / "node_modules"
    found = sorted(packages.rglob("LICEN[CS]E*"))
    return {f"/vendor/licences/{_package(file.parent.relative_to(packages))}.txt": file for file in found}


def _package(folder: Path) -> str:
    return "-".join(folder.parts).replace("@", "")
