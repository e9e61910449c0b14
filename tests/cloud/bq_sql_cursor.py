"""A place among tokens: what the recursive-descent parsers share."""

from __future__ import annotations

import bq_sql_types
from bq_sql_errors import QueryError, invalid, syntax, unsupported
from bq_sql_lex import RESERVED, Token, tokenize
from bq_sql_types import Type


class Cursor:
    """Walks the tokens of text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.index]

    def ahead(self, count: int = 1) -> Token:
        """The token count places on (the last one when there are fewer)."""
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.here
        if token.kind != "end":
            self.index += 1
        return token

    def sees(self, *words: str) -> bool:
        """True when these keywords or operators come next, in this order."""
        return all(self.ahead(i).is_(word) for i, word in enumerate(words))

    def accept(self, *words: str) -> bool:
        """Take these words when they come next."""
        if not self.sees(*words):
            return False
        self.index += len(words)
        return True

    def unexpected(self) -> QueryError:
        token = self.here
        return syntax(f"Unexpected {token.shown()}", token.position)

    def wanted(self, what: str) -> QueryError:
        return syntax(f"Expected {what} but got {self.here.shown()}", self.here.position)

    def expect(self, *words: str) -> Token:
        """Take these words; returns the last. A syntax error when something else comes."""
        token = self.here
        for word in words:
            if not self.here.is_(word):
                raise self.wanted(f"keyword {word}" if word.isalpha() else f'"{word}"')
            token = self.take()
        return token

    def at_identifier(self) -> bool:
        token = self.here
        return token.kind == "name" or (token.kind == "word" and token.value.upper() not in RESERVED)

    def identifier(self) -> str:
        if not self.at_identifier():
            raise self.wanted("identifier") if self.here.kind == "end" else self.unexpected()
        return str(self.take().value)

    def alias(self) -> str | None:
        """[AS] name, or None."""
        if self.accept("AS"):
            if not self.at_identifier():
                raise self.unexpected()
            return self.identifier()
        return self.identifier() if self.at_identifier() else None

    def table_path(self) -> tuple[str, ...]:
        """[[project.]dataset.]table; a quoted name may hold dots, a bare project dashes."""
        parts: list[str] = []
        while True:
            if self.here.kind == "name":
                parts += str(self.take().value).split(".")
            else:
                part = self.identifier() if not parts else self._word_after_dot()
                while not parts and self._dash_follows():
                    part += "-" + str(self.take() and self.take().value)
                parts.append(part)
            if not self.accept("."):
                break
        if "INFORMATION_SCHEMA" in (part.upper() for part in parts):
            raise unsupported("INFORMATION_SCHEMA", self.here.position)
        if len(parts) > 3 or not all(parts):
            raise invalid(f'Invalid table name: "{".".join(parts)}"', self.here.position)
        return tuple(parts)

    def _word_after_dot(self) -> str:
        """After a dot reserved words are names too."""
        if self.here.kind not in ("word", "name"):
            raise self.unexpected()
        return str(self.take().value)

    def _dash_follows(self) -> bool:
        """True at a dash glued to the words around it, as in a bare project id."""
        before, dash, after = self.tokens[self.index - 1], self.here, self.ahead()
        return (
            dash.is_("-")
            and after.kind in ("word", "int")
            and before.end == dash.offset
            and dash.end == after.offset
        )

    def type_name(self) -> Type:
        """A type: a scalar's name (with a length or precision, which is refused), ARRAY<…>, STRUCT<…>."""
        token = self.here
        if self.accept("ARRAY"):
            self.expect("<")
            item = self.type_name()
            self._close_angle()
            return Type("ARRAY", item=item)
        if self.accept("STRUCT"):
            self.expect("<")
            fields = [(self.identifier(), self.type_name())]
            while self.accept(","):
                fields.append((self.identifier(), self.type_name()))
            self._close_angle()
            return Type("STRUCT", fields=tuple(fields))
        name = self.identifier()
        type_ = bq_sql_types.named(name)
        if not type_:
            raise invalid(f"Type not found: {name}", token.position)
        if self.sees("("):
            raise unsupported(f"a length or precision of type {type_}", self.here.position)
        return type_

    def _close_angle(self) -> None:
        """Take one > (the two of >> one after the other)."""
        if self.here.is_(">>"):
            token = self.here
            self.tokens[self.index] = Token("op", ">", token.position, token.offset, token.end)
        else:
            self.expect(">")
