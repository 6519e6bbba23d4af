"""Text without what a terminal would obey, or what can't be seen.

Names of files, columns and keys are shown wherever there is something to say of them. What they
hold must not move a cursor, change colours, turn the order of letters, or make two names look the
same.
"""

from __future__ import annotations

import re

# Controls other than line breaks and tabs, and what has no width.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def harmless(text: str) -> str:
    """The text, pictures of such signs in their place."""
    return text if UNSEEN.search(text) is None else UNSEEN.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "�"
