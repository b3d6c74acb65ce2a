"""The query language: text in, a checked Query out.

Grammar (keywords in any case)::

    statement = "SELECT" ( "*" | "COUNT(*)" | field {"," field} ) "FROM" entity
                [ "WHERE" condition {"AND" condition} ]
                [ ("ORDERBY" | "ORDER" "BY") field ["ASC" | "DESC"] {"," ...} ]
                [ "STARTPOSITION" number ] [ "MAXRESULTS" number ]
    condition = field ("=" | "<" | ">" | "<=" | ">=") literal
              | field "IN" "(" literal {"," literal} ")" | field "LIKE" text
    literal   = "'" text "'" | "true" | "false"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from desktop_app.simulator.quickbooks import codes

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'(?:[^'\\]|\\.)*')
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
      | (?P<op><=|>=|!=|<>|=|<|>)
      | (?P<mark>[(),*])""",
    re.VERBOSE | re.DOTALL,
)
_NAMES = {"text": "STRING_LITERAL", "number": "INTEGER_LITERAL", "word": "IDENTIFIER"}
_RESERVED = frozenset(
    {"select", "count", "from", "where", "and", "or", "not", "in", "like"}
    | {"orderby", "order", "by", "asc", "desc", "startposition", "maxresults"}
)

Literal = str | bool


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int
    column: int

    @property
    def word(self) -> str:
        return self.text.casefold() if self.kind == "word" else ""


@dataclass(frozen=True)
class Condition:
    """op: =, <, >, <=, >=, IN or LIKE. values: one literal, or those of IN."""

    field: str
    op: str
    values: tuple[Literal, ...]


@dataclass
class Query:
    """A parsed statement. fields: None for COUNT(*), ["*"] for all. start, limit: as written."""

    entity: str
    fields: list[str] | None
    conditions: list[Condition] = field(default_factory=list)
    order: list[tuple[str, bool]] = field(default_factory=list)  # name, descending
    start: int | None = None
    limit: int | None = None


def parse(statement: str) -> Query:
    """Read one statement.

    Raises:
        ServiceFault: 4000 where the grammar is not kept.
    """
    return _Parser(_tokens(statement)).statement()


def unescape(literal: str) -> str:
    """The text between the quotes of a literal, with its backslashes resolved."""
    return re.sub(r"\\(.)", r"\1", literal[1:-1], flags=re.DOTALL)


def _tokens(statement: str) -> list[Token]:
    tokens: list[Token] = []
    position, line, line_start = 0, 1, 0
    while position < len(statement):
        match = _TOKEN.match(statement, position)
        column = position - line_start + 1
        if match is None:
            character = statement[position]
            shown = '\\"' if character == '"' else character
            raise codes.query_parse(
                f"Lexical error at line {line}, column {column}.  Encountered:"
                f' "{shown}" ({ord(character)}), after : ""'
            )
        kind = match.lastgroup or ""
        text = match.group()
        if kind != "space":
            tokens.append(Token(kind, text, line, column))
        newlines = text.count("\n")
        if newlines:
            line += newlines
            line_start = match.start() + text.rindex("\n") + 1
        position = match.end()
    tokens.append(Token("end", "", line, len(statement) - line_start + 1))
    return tokens


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def statement(self) -> Query:
        self._keyword("select")
        fields = self._selection()
        self._keyword("from")
        query = Query(self._name(), fields)
        if self._accept("where"):
            query.conditions.append(self._condition())
            while self._accept("and"):
                query.conditions.append(self._condition())
        if self._accept("orderby"):
            self._order(query)
        elif self._accept("order"):
            self._keyword("by")
            self._order(query)
        if self._accept("startposition"):
            query.start = self._number()
        if self._accept("maxresults"):
            query.limit = self._number()
        if self._next.kind != "end":
            raise self._unexpected()
        return query

    def _selection(self) -> list[str] | None:
        if self._accept("count"):
            self._mark("(")
            self._mark("*")
            self._mark(")")
            return None
        names = [self._selected()]
        while self._accept_mark(","):
            names.append(self._selected())
        return names

    def _selected(self) -> str:
        return "*" if self._accept_mark("*") else self._name()

    def _order(self, query: Query) -> None:
        while True:
            name = self._name()
            descending = self._accept("desc")
            if not descending:
                self._accept("asc")
            query.order.append((name, descending))
            if not self._accept_mark(","):
                return

    def _condition(self) -> Condition:
        name = self._name()
        if self._accept("in"):
            self._mark("(")
            values = [self._literal()]
            while self._accept_mark(","):
                values.append(self._literal())
            self._mark(")")
            return Condition(name, "IN", tuple(values))
        if self._accept("like"):
            if self._next.kind != "text":
                raise self._unexpected()
            return Condition(name, "LIKE", (self._literal(),))
        if self._next.kind == "op" and self._next.text in {"=", "<", ">", "<=", ">="}:
            op = self._take().text
            return Condition(name, op, (self._literal(),))
        raise self._unexpected()

    def _literal(self) -> Literal:
        if self._next.kind == "text":
            return unescape(self._take().text)
        if self._next.word in {"true", "false"}:
            return self._take().word == "true"
        raise self._unexpected()

    def _name(self) -> str:
        if self._next.kind != "word" or self._next.word in _RESERVED:
            raise self._unexpected()
        return self._take().text

    def _number(self) -> int:
        token = self._next
        if token.kind != "number" or "." in token.text:
            raise self._unexpected()
        self._at += 1
        return int(token.text)

    def _keyword(self, word: str) -> None:
        if not self._accept(word):
            raise self._unexpected()

    def _mark(self, mark: str) -> None:
        if not self._accept_mark(mark):
            raise self._unexpected()

    def _accept(self, word: str) -> bool:
        if self._next.word != word:
            return False
        self._at += 1
        return True

    def _accept_mark(self, mark: str) -> bool:
        if self._next.kind != "mark" or self._next.text != mark:
            return False
        self._at += 1
        return True

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _unexpected(self) -> codes.ServiceFault:
        token = self._next
        where = f"at line {token.line}, column {token.column}."
        if token.kind == "end":
            return codes.query_parse(f'Encountered "<EOF>" {where}')
        if token.kind in _NAMES and token.word not in _RESERVED:
            return codes.query_parse(
                f'Encountered " <{_NAMES[token.kind]}> "{token.text} "" {where}'
            )
        shown = token.text.upper() if token.kind == "word" else token.text
        return codes.query_parse(f'Encountered " "{shown}" "{token.text} "" {where}')
