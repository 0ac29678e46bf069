"""Names and places that programs are known by: a line of text, as holders read it beside each look. Pure."""

PRINTED = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$(?!\n)"
"""No control characters, no blanks at either end. Python's `$` alone would let a line feed stand behind the text."""
