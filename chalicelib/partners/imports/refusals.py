"""Why an import is not opened, why a whole file cannot be read, and why a row is not taken.

None of them repeats what stands in the file: it is about people. That holds for the names of columns as well, since a
file without a row of names begins with somebody's data.
"""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, NotFound, Unavailable, Unprocessable


class ImportNotFound(NotFound):
    """There is no such import, or it is another department's. It is not said which."""

    code = "import_not_found"
    title = "There is no such import of yours"
    detail = "Use an `import_id` from GET /v1/imports; imports are told of for 30 days."


class TooManyImports(Conflict):
    """The department has handed in as much as is read at a time."""

    code = "too_many_imports"
    title = "Too many imports are open"
    detail = "Wait until one of your imports has finished, or cancel one; at most `most` may be open."


class ImportOver(Conflict):
    """It has come to its end."""

    code = "import_over"
    title = "The import is over"
    detail = "There is nothing left to cancel; its `state` says how it ended."


class ImportContended(Unavailable):
    """It was moving on all the time."""

    code = "import_contended"
    title = "The import is moving on at this moment"
    detail = "Send the same request again after the seconds given in Retry-After."


class FileTooLarge(Unprocessable):
    """The file is larger than can come by a link."""

    code = "file_too_large"
    title = "The file is too large"
    detail = "Send files of at most `limit_bytes` bytes, each as an import of its own."


class FileNeverCame(Unprocessable):
    """Nobody put a file under the link."""

    code = "file_never_came"
    title = "No file came"
    detail = "Open another import, and send the file to its link before the link expires."


class FileChanged(Unprocessable):
    """The file is not the one any more that was read at first, or there is less of it."""

    code = "file_changed"
    title = "The file was changed while it was read"
    detail = "Open another import and send the whole file once; rows that were taken already come back as repeated."


class FileEmpty(Unprocessable):
    """There is nothing in it."""

    code = "file_empty"
    title = "The file is empty"
    detail = "Check how the file is made: it has no bytes, or nothing but empty lines."


class LooksLikeGb18030(Unprocessable):
    """It was said to be UTF-8, and is what Chinese spreadsheets write."""

    code = "looks_like_gb18030"
    title = "The file seems to be written in GB 18030 (GBK)"
    detail = "Open an import with `encoding` gb18030, or save the file as UTF-8 (in a spreadsheet: CSV UTF-8)."


class LooksLikeUtf8(Unprocessable):
    """It was said to be GB 18030, and is not."""

    code = "looks_like_utf8"
    title = "The file seems to be written in UTF-8"
    detail = "Open an import with `encoding` utf-8, or save the file as GB 18030."


class LooksLikeUtf16(Unprocessable):
    """It is what some spreadsheets call Unicode text."""

    code = "looks_like_utf16"
    title = "The file seems to be written in UTF-16"
    detail = "Save the file as UTF-8 (in a spreadsheet: CSV UTF-8) and open another import."


class HeaderUnreadable(Unprocessable):
    """There is a first row, and it cannot be a row of names."""

    code = "header_unreadable"
    title = "The first row cannot be read"
    detail = "Let the first row name the columns given in `columns`, separated by commas."


class WrongColumns(Unprocessable):
    """The first row does not name the columns that such a file has."""

    code = "wrong_columns"
    title = "The columns are not those of such a file"
    detail = (
        "Let the first row name the columns in `columns`: add those that are `missing`, let none be `repeated`, and "
    )
    detail += "take out or rename those at the places in `unknown`, counted from 1."


class ImportStalled(Unprocessable):
    """It could not go on for a whole day."""

    code = "import_stalled"
    title = "The import could not go on"
    detail = "Open another import with the same file: what was taken comes back as repeated. Tell the operator of it."


class NoLongerEntitled(Unprocessable):
    """The client was suspended, or lost the scope that its rows need."""

    code = "no_longer_entitled"
    title = "The client may not report this any more"
    detail = "Ask the operator of the city; then open another import with the same file."


class LineTooLong(Unprocessable):
    """It is longer than any honest row."""

    code = "line_too_long"
    title = "The row is too long"
    detail = "Check that rows end with a line end, and are at most `limit_bytes` bytes long."


class QuoteNotClosed(Unprocessable):
    """What was opened in this line is never closed."""

    code = "quote_not_closed"
    title = "A quote is not closed"
    detail = "Close the quote, or write a quote that belongs to the text twice and the whole cell in quotes."


class NotInEncoding(Unprocessable):
    """There are bytes in it that the declared encoding does not know."""

    code = "not_in_encoding"
    title = "The row is not in the encoding of the file"
    detail = "Write the whole file in the encoding given in `expected`."


class NulInRow(Unprocessable):
    """A character that no text has."""

    code = "nul_in_row"
    title = "There is a NUL in the row"
    detail = "Write the row anew; a NUL is often what is left of a damaged disk or a file in UTF-16."


class WrongNumberOfCells(Unprocessable):
    """The row and the row of names do not fit together."""

    code = "wrong_number_of_cells"
    title = "The row has more or fewer cells than there are columns"
    detail = "Give each row as many cells as the first has; put a cell that has a comma in it in quotes."


class MalformedRow(Unprocessable):
    """The row is no row of such a file."""

    code = "malformed_row"
    title = "The row cannot be read"
    detail = "Write the row as the description of the API says; `where` names the place that could not be read."


OPENING = (TooManyImports, FileTooLarge)
