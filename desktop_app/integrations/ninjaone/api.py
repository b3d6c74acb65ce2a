"""The port NinjaOneApi for one tenant. Reads only; nothing in NinjaOne is changed.

Source: NinjaOne sheet chapters 2 to 5.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar
from urllib.parse import quote

from desktop_app.domain.ports import AccessTokens, NinjaOneLists
from desktop_app.domain.records import Invoice
from desktop_app.errors import FaultClass, ReconnectNeeded, ServiceFault
from desktop_app.integrations.http import Answer, Http, with_query
from desktop_app.integrations.ninjaone import decode
from desktop_app.integrations.ninjaone.faults import SERVICE, fault, is_missing, is_transient
from desktop_app.integrations.ninjaone.wire import (
    AccountRow,
    AgreementRow,
    InvoiceDetail,
    InvoiceRow,
    Misshapen,
    OrganizationRow,
    ProductRow,
    many,
    one,
)
from desktop_app.progress import Progress

log = logging.getLogger(__name__)

PAGE = 1000
PARALLEL = 3  # the sheet allows 2 to 4 (5.2)

_GLANCE = 0.1  # seconds between looks for a cancel while details are read

_Row = TypeVar("_Row", AccountRow, AgreementRow, InvoiceRow, OrganizationRow, ProductRow)


class NinjaOne:
    """Implements NinjaOneApi; a list that ends in an error is never returned in part."""

    def __init__(self, http: Http, base_url: str, tokens: AccessTokens) -> None:
        self._http = http
        self._base = base_url
        self._tokens = tokens
        self._names: decode.Names | None = None

    def check(self, progress: Progress) -> None:
        """Raises ServiceFault: no permission, no such API, no Billing on this instance."""
        progress.report("Asking NinjaOne")
        self._list(OrganizationRow, "organizations", progress, {"pageSize": "1"})
        self._list(AccountRow, "billing/accounts", progress)

    def lists(self, progress: Progress) -> NinjaOneLists:
        organizations = self._organizations(progress)
        progress.report("NinjaOne account codes")
        accounts = self._list(AccountRow, "billing/accounts", progress)
        progress.report("NinjaOne products")
        products = self._list(ProductRow, "billing/products", progress)
        progress.report("NinjaOne agreements")
        agreements = self._list(AgreementRow, "billing/agreements", progress)
        progress.report("NinjaOne invoices")
        invoices = self._list(InvoiceRow, "billing/invoices", progress)
        names = self._names = decode.Names.of(accounts, products)
        return NinjaOneLists(
            sources=(
                *map(decode.organization, organizations),
                *map(decode.account, accounts),
                *(decode.product(row, names) for row in products),
            ),
            agreements=tuple(map(decode.agreement, agreements)),
            invoices=tuple(map(decode.invoice, invoices)),
        )

    def invoices(self, ids: Sequence[str], progress: Progress) -> tuple[Invoice, ...]:
        found = self._details(list(dict.fromkeys(ids)), progress)
        read = {key: (answer, self._read(answer)) for key, answer in found.items()}
        names = decode.Names()
        if any(decode.needs_names(row) for _, row in read.values()):
            names = self._known_names(progress)
        return tuple(
            decode.invoice_with_lines(row, names, answer.text)
            for answer, row in (read[key] for key in ids if key in read)
        )

    # --- Lists -------------------------------------------------------------------------------

    def _organizations(self, progress: Progress) -> list[OrganizationRow]:
        """All pages. Only an empty page, or one that repeats what is known, ends the list: a
        short one may just mean that the instance gives fewer rows than asked for."""
        rows: dict[str, OrganizationRow] = {}
        params = {"pageSize": str(PAGE)}
        while True:
            progress.report(f"NinjaOne organizations {len(rows):,}", len(rows))
            page = self._list(OrganizationRow, "organizations", progress, params)
            fresh = [row for row in page if row.id not in rows]
            if not fresh:
                return list(rows.values())
            rows |= {row.id: row for row in fresh}
            params = {"pageSize": str(PAGE), "after": page[-1].id}

    def _list(
        self,
        model: type[_Row],
        path: str,
        progress: Progress,
        params: dict[str, str] | None = None,
    ) -> list[_Row]:
        answer = self._get(path, progress, params)
        try:
            return many(model, answer.json())
        except Misshapen as error:
            raise _misread(error, answer) from None

    def _known_names(self, progress: Progress) -> decode.Names:
        if self._names is None:
            progress.report("NinjaOne products and account codes")
            accounts = self._list(AccountRow, "billing/accounts", progress)
            products = self._list(ProductRow, "billing/products", progress)
            self._names = decode.Names.of(accounts, products)
        return self._names

    # --- Details -----------------------------------------------------------------------------

    def _details(self, ids: Sequence[str], progress: Progress) -> dict[str, Answer]:
        """Answers by id, read by a few threads; vanished ids are left out."""
        inner = Progress()  # stops the others when one fails or the user cancels
        done: dict[str, Answer] = {}
        count = 0
        with ThreadPoolExecutor(PARALLEL, thread_name_prefix="ninjaone") as pool:
            jobs = {pool.submit(self._detail, key, inner): key for key in ids}
            waiting: set[Future[Answer | None]] = set(jobs)
            try:
                while waiting:
                    progress.report(f"NinjaOne invoices {count:,} of {len(ids):,}", count, len(ids))
                    finished, waiting = wait(waiting, _GLANCE, FIRST_COMPLETED)
                    for job in finished:
                        count += 1
                        answer = job.result()
                        if answer is not None:
                            done[jobs[job]] = answer
            except BaseException:
                inner.cancel()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return done

    def _detail(self, key: str, progress: Progress) -> Answer | None:
        answer = self._ask(f"billing/invoices/{quote(key, safe='')}", progress, {})
        if is_missing(answer):
            log.info("NinjaOne invoice %s is no longer there", key)
            return None
        return _good(answer, billing=True)

    @staticmethod
    def _read(answer: Answer) -> InvoiceDetail:
        try:
            return one(InvoiceDetail, answer.json())
        except Misshapen as error:
            raise _misread(error, answer) from None

    # --- Requests ----------------------------------------------------------------------------

    def _get(self, path: str, progress: Progress, params: dict[str, str] | None) -> Answer:
        answer = self._ask(path, progress, params or {})
        return _good(answer, billing=path.startswith("billing/"))

    def _ask(self, path: str, progress: Progress, params: dict[str, str]) -> Answer:
        """The answer, whatever it says but 401: then the login is renewed once."""
        url = with_query(f"{self._base}/v2/{path}", params)
        token = self._tokens.token(progress)
        answer = self._send(url, token, progress)
        if answer.status != 401:
            return answer
        answer = self._send(url, self._tokens.renew(token, progress), progress)
        if answer.status == 401:
            raise ReconnectNeeded(
                "NinjaOne no longer accepts the saved login.",
                detail=f"{SERVICE} HTTP 401 after renewing, {answer.reference or '-'}",
            )
        return answer

    def _send(self, url: str, token: str, progress: Progress) -> Answer:
        headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
        return self._http.get(url, progress, headers=headers, again=is_transient)


def _good(answer: Answer, *, billing: bool) -> Answer:
    if not answer.ok or not answer.is_json:
        raise fault(answer, billing=billing)
    return answer


def _misread(error: Misshapen, answer: Answer) -> ServiceFault:
    return ServiceFault(
        "NinjaOne's answer has another form than this program knows.",
        service=SERVICE,
        status=answer.status,
        code="",
        fault_class=FaultClass.DEFECT,
        reference=answer.reference,
        service_detail=str(error),
        title="Answer not understood",
        advice="NinjaOne's Billing API is young and may have changed. Look for a newer version of"
        " this program, or report it with the reference in the details.",
    )
