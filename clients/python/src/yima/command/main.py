"""`yima`: what a program does with the city, from a shell.

It ends with 0 when it is done; 1 when the answer is no (a code rejected, rows refused); 2 when the command was not
understood; 3 when the city refused; 4 when the city cannot be reached or cannot answer now; 5 when something is
missing here: a log-in, a file, SM2; 130 after Ctrl-C. What went wrong is said on stderr: code, title, what to do.
"""

from __future__ import annotations

from typing import Any

import click

from yima import __version__
from yima.command import consents, ingest, keys, login, scanning, trusting, webhooks
from yima.command.output import complain, note
from yima.problems import NoCredentials, Problem, Unreachable, YimaError

REFUSED, AWAY, MISSING, INTERRUPTED = 3, 4, 5, 130


class Command(click.Group):
    """Commands whose errors are told in words, never as a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Carry a command out; whatever stops it becomes an exit status."""
        try:
            return super().invoke(ctx)
        except YimaError as error:
            complain(error)
            ctx.exit(status_of(error))
        except (KeyboardInterrupt, click.Abort):  # a prompt makes the one the other
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            raise  # click ends quietly when whoever read our lines has gone
        except OSError as error:
            about = [str(each) for each in (error.filename, error.strerror or "a file cannot be used") if each]
            note(": ".join(["yima", *about]))
            ctx.exit(MISSING)


def status_of(error: YimaError) -> int:
    """The exit status that tells a shell what kind of error it was."""
    if isinstance(error, Problem):
        return AWAY if error.status in {429, 502, 503, 504} else REFUSED
    if isinstance(error, Unreachable):
        return AWAY
    return MISSING if isinstance(error, NoCredentials) or error.code in {"needs_sm2", "file_changed"} else REFUSED


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="yima")
def main() -> None:
    """Verify codes, hand in files, listen to events: the city from a shell.

    Ends with 0 when done, 1 for a "no" (rejected, rows refused), 2 when not understood, 3 when the city refused,
    4 when it cannot answer now, 5 when something is missing here, 130 after Ctrl-C.
    """


for each in (
    login.login,
    login.logout,
    keys.key,
    scanning.verify,
    trusting.trust_list,
    ingest.ingest,
    ingest.imports,
    webhooks.webhooks,
    consents.consents,
):
    main.add_command(each)


if __name__ == "__main__":
    main()
