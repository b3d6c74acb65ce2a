"""From a path and a verb to an answer's envelope, within one company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from desktop_app.simulator.quickbooks import (
    batch,
    cdc,
    codes,
    query,
    replay,
    special,
    writes,
    xml_body,
)
from desktop_app.simulator.quickbooks.schema import SALES_FORMS, lookup
from desktop_app.simulator.quickbooks.schema.kinds import Entity
from desktop_app.simulator.quickbooks.store import Company
from desktop_app.simulator.quickbooks.switches import Switches
from desktop_app.simulator.quickbooks.views import shown
from desktop_app.simulator.wire import loads

Json = dict[str, Any]

SENDABLE = frozenset({*SALES_FORMS, "PurchaseOrder"})
PRINTABLE = SENDABLE | {"Payment"}
_QUERY_TYPES = frozenset({"application/text", "text/plain"})
_XML_TYPES = frozenset({"application/xml", "text/xml"})
_JSON_TYPES = frozenset({"application/json", "text/json"})


class NoSuchPath(Exception):
    """404 as a web server gives it: HTML."""


class WrongVerb(Exception):
    """405 as a web server gives it: HTML."""


class ReadsBlocked(Exception):
    """The month's metered reads are used up: 429 from the gateway."""


@dataclass
class Answer:
    """body: the envelope without "time", or raw bytes of content_type."""

    body: Json | bytes
    content_type: str = ""


class Router:
    """One request to one company. Hold the company's lock around ``answer``."""

    def __init__(self, company: Company, request: Request, switches: Switches) -> None:
        self._company = company
        self._request = request
        self._args = {name.casefold(): value for name, value in request.args.items()}
        self._switches = switches
        self._include = frozenset(
            one.strip().casefold() for one in self._args.get("include", "").split(",") if one
        )

    def answer(self, parts: list[str]) -> Answer:
        """parts: the path below the company.

        Raises:
            ServiceFault, NoSuchPath, WrongVerb, ReadsBlocked.
        """
        if self._request.method not in {"GET", "POST"}:
            raise WrongVerb
        word = parts[0].casefold()
        if word == "query" and len(parts) == 1:
            return Answer({"QueryResponse": self._query(self._statement())})
        if word == "cdc" and len(parts) == 1:
            return self._cdc()
        if word == "batch" and len(parts) == 1:
            return self._batch()
        if [part.casefold() for part in parts] == ["taxservice", "taxcode"]:
            return self._tax_service()
        if word in {"reports", "upload", "download"}:
            raise codes.feature(f"{word} is not served here")
        entity = lookup(word)
        if entity is None:
            raise codes.unknown_object(parts[0])
        self._switches = self._switches.about(entity.name)
        if len(parts) == 3 and parts[2].casefold() in {"pdf", "send"}:
            return self._document(entity, parts[1], parts[2].casefold())
        if len(parts) > 2:
            raise NoSuchPath
        if self._request.method == "GET":
            return self._read(entity, parts[1] if len(parts) == 2 else None)
        if len(parts) == 2:
            raise NoSuchPath
        return self._write(entity)

    # Reading

    def _meter(self) -> None:
        if self._switches.take("qbo.reads_blocked"):
            raise ReadsBlocked
        self._company.reads += 1

    def _read(self, entity: Entity, identity: str | None) -> Answer:
        self._meter()
        company = self._company
        if entity.name == "CompanyInfo":
            return Answer({entity.name: special.read_company_info(company, identity)})
        if entity.name == "Preferences":
            return Answer({entity.name: company.preferences})
        if entity.name == "ExchangeRate":
            rate = special.read_rate(
                company, self._args.get("sourcecurrencycode"), self._args.get("asofdate")
            )
            return Answer({entity.name: rate})
        if identity is None:
            raise codes.required("Id")
        record = writes.find(company, entity, identity)
        return Answer({entity.name: shown(company, entity.name, record, self._include)})

    def _query(self, statement: str) -> Json:
        self._meter()
        return query.run(self._company, statement, self._switches)

    def _statement(self) -> str:
        if self._request.method == "GET":
            statement = self._args.get("query")
            if not statement:
                raise codes.required("query")
            return statement
        if self._request.mimetype not in _QUERY_TYPES:
            raise codes.content_type(self._request.mimetype)
        try:
            return self._request.get_data().decode("utf-8").strip()
        except UnicodeDecodeError:
            raise codes.system_failure("Malformed UTF-8 in the request.") from None

    def _cdc(self) -> Answer:
        if self._request.method != "GET":
            raise WrongVerb
        self._meter()
        truncated = self._switches.take("qbo.cdc_truncated")
        limit = min(cdc.MAX_OBJECTS, int(truncated["rows"])) if truncated else cdc.MAX_OBJECTS
        blocks = cdc.run(
            self._company, self._args.get("entities"), self._args.get("changedsince"), limit
        )
        plain = self._switches.take("qbo.cdc_plain_text")
        return Answer({"CDCResponse": blocks}, "text/plain;charset=UTF-8" if plain else "")

    def _document(self, entity: Entity, identity: str, action: str) -> Answer:
        company = self._company
        if action == "pdf":
            if self._request.method != "GET":
                raise WrongVerb
            if entity.name not in PRINTABLE:
                raise codes.unsupported_operation(f"{entity.name} has no PDF.")
            self._meter()
            record = writes.find(company, entity, identity)
            title = f"{entity.name} {record.get('DocNumber', identity)}"
            return Answer(special.pdf(title), "application/pdf")
        if self._request.method != "POST":
            raise WrongVerb
        if entity.name not in SENDABLE:
            raise codes.unsupported_operation(f"{entity.name} cannot be sent.")
        record = writes.sent_by_mail(company, entity, identity, self._args.get("sendto"))
        return Answer({entity.name: record})

    # Writing

    def _body(self, entity: Entity | None = None) -> Json:
        """The request's object. entity: what it is, where XML will do as well as JSON."""
        if entity is not None and self._request.mimetype in _XML_TYPES:
            return xml_body.read(entity, self._request.get_data())
        if self._request.mimetype not in _JSON_TYPES:
            raise codes.content_type(self._request.mimetype)
        raw = self._request.get_data()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise codes.system_failure("Malformed UTF-8 in the request.") from None
        try:
            body = loads(text)
        except ValueError as error:
            raise codes.unreadable_property("body", f"malformed JSON ({error})") from None
        if not isinstance(body, dict):
            raise codes.unreadable_property("body", "an object is expected")
        return body

    def _write(self, entity: Entity) -> Answer:
        body = self._body(entity)
        operation = self._operation(entity, body)
        return self._once(
            f"{entity.name} {operation}",
            lambda: {entity.name: self._perform(entity, operation, body, self._include)},
        )

    def _operation(self, entity: Entity, body: Json) -> str:
        wanted = self._args.get("operation", "").casefold()
        if wanted in {"", "update", "create"}:
            if "void" in self._include:
                return "void"
            if wanted == "update" and entity.group not in {"single", "rate"} and not body.get("Id"):
                raise codes.required("Id")
            return writes.operation_of(body)
        if wanted == "void" and entity.name != "Invoice":
            raise codes.unsupported_operation(
                f"Operation void on {entity.name} is not supported; use include=void."
            )
        if wanted in {"delete", "void"}:
            return wanted
        raise codes.unsupported_operation(f"Operation {wanted} is not supported.")

    def _perform(self, entity: Entity, operation: str, body: Json, include: frozenset[str]) -> Json:
        company = self._company
        switches = self._switches.about(entity.name)
        if operation == "delete":
            return writes.delete(company, entity, body, switches)
        if operation == "void":
            return writes.void(company, entity, body, switches)
        if entity.group == "single":
            return special.update_single(company, entity, body, switches)
        if entity.group == "rate":
            return special.write_rate(company, body, switches)
        record = writes.write(company, entity, body, include, switches)
        return shown(company, entity.name, record, include)

    def _tax_service(self) -> Answer:
        if self._request.method != "POST":
            raise WrongVerb
        body = self._body()
        return self._once(
            "TaxService create",
            lambda: special.create_tax_code(self._company, body, self._switches),
        )

    def _once(self, kind: str, perform: Any) -> Answer:
        """Perform a write, or repeat what its request id was answered before."""
        request_id = self._args.get("requestid")
        if request_id is None:
            return Answer(perform())
        replay.check(request_id)
        if not self._switches.take("qbo.requestid_forgotten"):
            known = replay.recall(self._company, request_id, kind)
            if known is not None:
                return Answer(known)
        body = perform()
        replay.remember(self._company, request_id, kind, body)
        return Answer(body)

    def _batch(self) -> Answer:
        if self._request.method != "POST":
            raise WrongVerb
        items = batch.run(
            self._company,
            self._body(),
            self._args.get("requestid"),
            self._perform,
            self._query,
            self._switches,
        )
        return Answer({"BatchItemResponse": items})
