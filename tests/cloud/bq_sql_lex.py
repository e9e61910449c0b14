"""GoogleSQL text to tokens, each with its line and column.

Source: BigQuery docs, "Lexical structure and syntax".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bq_sql_errors import Position, syntax

# "Reserved keywords": these cannot be identifiers unless quoted with backticks.
_RESERVED_TEXT = """
    ALL AND ANY ARRAY AS ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE
    CROSS CUBE CURRENT DEFAULT DEFINE DESC DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT
    FALSE FETCH FOLLOWING FOR FROM FULL GROUP GROUPING GROUPS HASH HAVING IF IGNORE IN INNER INTERSECT
    INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT LOOKUP MERGE NATURAL NEW NO NOT NULL NULLS OF ON OR
    ORDER OUTER OVER PARTITION PRECEDING PROTO QUALIFY RANGE RECURSIVE RESPECT RIGHT ROLLUP ROWS SELECT
    SET SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE UNBOUNDED UNION UNNEST USING WHEN WHERE WINDOW WITH
    WITHIN"""
RESERVED = frozenset(_RESERVED_TEXT.split())

_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|\#[^\n]*|/\*.*?\*/)
    |(?P<quoted>`(?:[^`\\\n]|\\.)*`)
    |(?P<prefix>[rR][bB]?|[bB][rR]?)?(?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<float>(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)
    |(?P<int>0[xX][0-9a-fA-F]+|\d+)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<system>@@[A-Za-z_][A-Za-z0-9_.]*)
    |(?P<param>@(?:[A-Za-z_][A-Za-z0-9_]*|`[^`\n]+`))
    |(?P<op><>|!=|<=|>=|\|\||<<|>>|[-+*/%=<>(),.;\[\]?:&|^~{}])""",
    re.VERBOSE | re.DOTALL,
)

_GLUED = re.compile(r"[A-Za-z_]")
_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "?": "?", '"': '"', "'": "'", "`": "`",
}  # fmt: skip
_ESCAPE = re.compile(
    r"\\(x[0-9a-fA-F]{2}|X[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)", re.DOTALL
)


@dataclass(frozen=True)
class Token:
    """kind: word, name (quoted), string, bytes, int, float, param, system, op or end.

    value: the text; of a string its content, of numbers the text; words keep their case. offset to
    end is its place in the text.
    """

    kind: str
    value: Any
    position: Position
    offset: int
    end: int

    def is_(self, *words: str) -> bool:
        """True for one of these keywords (upper case) or operators."""
        if self.kind == "word":
            return self.value.upper() in words
        return self.kind == "op" and self.value in words

    def shown(self) -> str:
        """As the real parser names it in a syntax error."""
        if self.kind == "end":
            return "end of script"
        if self.kind == "word":
            upper = self.value.upper()
            return f"keyword {upper}" if upper in RESERVED else f'identifier "{self.value}"'
        if self.kind == "name":
            return f"identifier `{self.value}`"
        if self.kind in ("int", "float"):
            return f'{"integer" if self.kind == "int" else "floating point"} literal "{self.value}"'
        if self.kind in ("string", "bytes"):
            return f"{self.kind} literal {self.value!r}"
        return f'"{self.value}"'


def _unescape(body: str, position: Position, is_bytes: bool) -> str:
    """The content of an escaped literal; of bytes, one character (0 to 255) a byte."""

    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "xX" and len(code) == 3:
            return chr(int(code[1:], 16))
        if code[0] in "uU" and len(code) > 1:
            number = int(code[1:], 16)
            if is_bytes or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                raise syntax(f"Illegal escape sequence: \\{code}", position)
            return chr(number)
        if len(code) == 3:
            if int(code, 8) > 255:
                raise syntax(f"Illegal escape sequence: \\{code}", position)
            return chr(int(code, 8))
        if code not in _ESCAPES:
            raise syntax(f"Illegal escape sequence: \\{code}", position)
        return _ESCAPES[code]

    return _ESCAPE.sub(one, body)


def _literal(prefix: str, text: str, position: Position) -> tuple[str, Any]:
    """Kind and content of a string or bytes literal."""
    body = text[3:-3] if text[:3] in ('"""', "'''") else text[1:-1]
    is_bytes = "b" in prefix.lower()
    if is_bytes:
        body = body.encode().decode("latin-1")
    if "r" not in prefix.lower():
        body = _unescape(body, position, is_bytes)
    return ("bytes", body.encode("latin-1")) if is_bytes else ("string", body)


def _illegal(text: str, offset: int, position: Position) -> Exception:
    """Why no token starts here."""
    if text[offset] in "'\"":
        return syntax("Unclosed string literal", position)
    if text[offset] == "`":
        return syntax("Unclosed identifier literal", position)
    if text.startswith("/*", offset):
        return syntax("Unclosed comment", position)
    return syntax(f'Illegal input character "{text[offset]}"', position)


def tokenize(text: str) -> list[Token]:
    """All tokens of text, then one of kind end. Raises QueryError at what is no token."""
    tokens: list[Token] = []
    offset, line, line_start = 0, 1, 0
    while offset < len(text):
        position = (line, offset - line_start + 1)
        match = _TOKEN.match(text, offset)
        if not match or (match["op"] == "/" and text.startswith("/*", offset)):
            raise _illegal(text, offset, position)
        kind, value = match.lastgroup or "", match[0]
        if kind == "string":
            kind, value = _literal(match["prefix"] or "", match["string"], position)
        elif kind == "quoted":
            kind, value = "name", _unescape(value[1:-1], position, False)
            if not value:
                raise syntax("Invalid empty identifier", position)
        elif kind in ("param", "system"):
            value = value.lstrip("@").strip("`")
        elif kind == "op" and value == "<>":
            value = "!="
        elif kind in ("int", "float") and _GLUED.match(text, match.end()):
            place = (line, match.end() - line_start + 1)
            if text[offset - 1 : offset] != "-":  # as in the bare name of a project
                raise syntax("Missing whitespace between literal and alias", place)
        if kind != "space":
            tokens.append(Token(kind, value, position, offset, match.end()))
        newlines = match[0].count("\n")
        if newlines:
            line, line_start = line + newlines, offset + match[0].rindex("\n") + 1
        offset = match.end()
    tokens.append(Token("end", "", (line, offset - line_start + 1), offset, offset))
    return tokens
