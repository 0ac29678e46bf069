"""`python -m chalicelib.people.proofing seal CHANNEL`: an app's secret as a setting may hold it.

The secret comes from standard input, since a command line is kept in histories. Takes the key-encryption key from the
same YIMA_* and AWS settings as the functions; prints `sealed:…`, to be put behind `<app id>:` in YIMA_WECHAT or
YIMA_ALIPAY. Ends with 0 when it is done, 2 when it cannot be.
"""

from __future__ import annotations

import argparse
import sys

CHANNELS = ("wechat", "alipay")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and the secret, seal it, print; answers the exit status."""
    parser = argparse.ArgumentParser(prog="python -m chalicelib.people.proofing", description="The secret is on stdin")
    commands = parser.add_subparsers(required=True)
    seal = commands.add_parser("seal", help="encrypt an app's secret under the city's key-encryption key")
    seal.add_argument("channel", choices=CHANNELS)
    channel = parser.parse_args(arguments).channel
    from botocore.exceptions import BotoCoreError, ClientError

    from chalicelib.people.proofing.app_secret import sealed, trimmed
    from chalicelib.platform.aws import kms
    from chalicelib.platform.settings import Settings, SettingsError
    from chalicelib.trust.wrapping import wrapper

    try:
        city = Settings.from_environment()
        secret = trimmed(sys.stdin.buffer.read())
        print(sealed(secret, channel, wrapper(city.key_wrap, lambda: kms(city))))
    except (SettingsError, BotoCoreError, ClientError, OSError) as error:
        print(f"python -m chalicelib.people.proofing: it cannot be sealed: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
