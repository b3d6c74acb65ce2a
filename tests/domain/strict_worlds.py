"""Companies of the simulator in several countries, and what the program would know of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from desktop_app.domain.document_choices import DocumentChoices, Track, Tracked
from desktop_app.domain.facts import Facts
from desktop_app.domain.handling import BooksDocument, Handling
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import How, Mapping, Source, Target, TaxChoice, Workspace
from desktop_app.domain.review import target_label
from desktop_app.integrations.quickbooks import decode
from desktop_app.integrations.quickbooks.books import TRACKED, tracked_of
from tests.simulator.books import GB, US, Books, customer, item, record

ACTIVATED = datetime(2026, 1, 2, tzinfo=UTC)
TODAY = date(2026, 3, 1)
ORGANIZATIONS = [Source(Kind.CUSTOMERS, f"o{n}", f"Organization {n}") for n in range(6)]
PRODUCTS = [Source(Kind.ITEMS, f"p{n}", f"Product {n}", account_id="a1") for n in range(10)]
CODES = [Source(Kind.ACCOUNTS, "a1", "Services", code="1"),
         Source(Kind.ACCOUNTS, "a2", "Other", code="2")]  # fmt: skip
# Product 7 has no item and goes by its account code; organization 5 and account code 2 nowhere.
# Item 7 is stock that starts in February; item 9 has no type.
ITEM_OF = {"p0": "1", "p1": "2", "p2": "1", "p3": "5", "p4": "6", "p5": "3", "p6": "99",
           "p8": "7", "p9": "9"}  # fmt: skip
CUSTOMER_OF = {"o0": "1", "o1": "2", "o2": "3", "o3": "4", "o4": "5"}
ADDRESSLESS = "1"  # this customer has none

_NAMES = {"gb": "GBP", "ca": "CAD", "au": "AUD"}
# Code id to its name and the rates (id, per cent) that it is made of.
_TAXES: dict[str, dict[str, tuple[str, tuple[tuple[str, str], ...]]]] = {
    "gb": {"2": ("20.0% S", (("1", "20"),)), "3": ("0.0% Z", (("2", "0"),))},
    "ca": {
        "2": ("GST", (("1", "5"),)),
        "3": ("HST ON", (("3", "13"),)),
        "4": ("GST/PST BC", (("1", "5"), ("2", "7"))),
        "5": ("Exempt", (("4", "0"),)),
        "6": ("Zero-rated", (("5", "0"),)),
    },
    "au": {"2": ("GST", (("1", "10"),)), "3": ("GST free", (("2", "0"),))},
}
RATES = {
    "us": ["0.0875"],
    "gb": ["0.2"],
    "ca": ["0.05", "0.13", "0.12"],
    "au": ["0.1"],
}
"""What NinjaOne may have as the tax rate; each has one code."""


@dataclass(frozen=True)
class Way:
    """What differs from one case to the next in one company."""

    discounts: bool = True
    discount_account: bool = True  # active
    classes: str = "txn"  # "line", ""
    departments: bool = True


class World:
    """One company. name: "us", "multi" (the same with several currencies), "automated",
    "untaxed", "gb", "ca", "au"."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.country = name if name in _NAMES else "us"
        self.american = self.country == "us"
        self.automated = name == "automated"
        self.multi = name in ("multi", "gb", "au")
        self.custom_numbers = name != "au"
        self.home = _NAMES.get(name, "USD")
        self.books = Books(US if self.american else GB)
        self.posted: list[tuple[str, str]] = []  # (entity, number) of documents that are there
        self._dress()
        rows = self.books.company.all
        rates = dict(
            found for row in rows("TaxRate") if (found := decode.tax_rate(row, TODAY)) is not None
        )
        self.rates = {str(r["Id"]): Fraction(str(r["RateValue"])) for r in rows("TaxRate")}
        self.parts = {
            str(code["Id"]): [
                str(part["TaxRateRef"]["value"])
                for part in code.get("SalesTaxRateList", {}).get("TaxRateDetail", [])
            ]
            for code in rows("TaxCode")
        }
        self.codes = tuple(decode.tax_code(row, rates) for row in rows("TaxCode"))
        self.terms = tuple(map(decode.term, rows("Term")))
        self.tracked: dict[Track, dict[str, Tracked]] = {
            track: {one.id: one for one in (tracked_of(track, row) for row in rows(entity))}
            for track, entity in TRACKED.items()
        }
        self.sources = {
            Kind.CUSTOMERS: {s.id: s for s in ORGANIZATIONS},
            Kind.ACCOUNTS: {s.id: s for s in CODES},
            Kind.ITEMS: {s.id: s for s in PRODUCTS},
        }
        self.targets = self._targets()
        self.mappings = {
            Kind.CUSTOMERS: self._links(Kind.CUSTOMERS, CUSTOMER_OF),
            Kind.ACCOUNTS: self._links(Kind.ACCOUNTS, {"a1": "2"}),
            Kind.ITEMS: self._links(Kind.ITEMS, ITEM_OF),
        }

    def _dress(self) -> None:
        """Make the books those of the country."""
        books, company = self.books, self.books.company
        if self.automated:
            books.prefer("TaxPrefs", PartnerTaxEnabled=True)
        if self.name == "untaxed":
            books.prefer("TaxPrefs", UsingSalesTax=False)
        books.prefer("SalesFormsPrefs", CustomTxnNumbers=self.custom_numbers)
        books.prefer("CurrencyPrefs", MultiCurrencyEnabled=self.multi,
                     HomeCurrency={"value": self.home})  # fmt: skip
        if not self.american:
            company.country = self.country.upper()
            self._dress_taxes()
        for row in list(company.all("Customer")):
            if row["CurrencyRef"]["value"] in ("USD", "GBP"):
                company.records["Customer"][row["Id"]] = row | {"CurrencyRef": {"value": self.home}}
        if self.name == "multi":
            company.records["Customer"]["5"] = customer("5", "Lyon SARL", "EUR")
            company.records["CompanyCurrency"]["1"] = record("1", Code="EUR", Name="Euro",
                                                             Active=True)  # fmt: skip
        typeless = item("9", "Of no type")
        del typeless["Type"]
        company.records["Item"]["9"] = typeless
        for entity in TRACKED.values():
            for identity, active in (("20", False), ("21", True), ("22", True)):
                name = f"{entity} {identity}"
                company.records[entity][identity] = record(
                    identity, Name=name, FullyQualifiedName=name, Active=active
                )

    def _dress_taxes(self) -> None:
        company, codes = self.books.company, _TAXES[self.country]
        company.records["TaxRate"], company.records["TaxCode"] = {}, {}
        for identity, (name, parts) in codes.items():
            details = [{"TaxRateRef": {"value": rate}, "TaxTypeApplicable": "TaxOnAmount",
                        "TaxOrder": 0} for rate, _ in parts]  # fmt: skip
            company.records["TaxCode"][identity] = record(
                identity, Name=name, Active=True, Taxable=True,
                SalesTaxRateList={"TaxRateDetail": details},
            )  # fmt: skip
            for rate, per_cent in parts:
                company.records["TaxRate"][rate] = record(
                    rate, Name=f"Rate {rate}", RateValue=Decimal(per_cent), Active=True
                )

    def _targets(self) -> dict[Kind, dict[str, Target]]:
        rows = self.books.company.all
        return {
            kind: {t.id: t for t in (decode.target(kind, row) for row in rows(entity))}
            for kind, entity in decode.ENTITY.items()
        }

    def _links(self, kind: Kind, pairs: dict[str, str]) -> dict[str, Mapping]:
        result = {}
        for source, target in pairs.items():
            known = self.targets[kind].get(target)
            label = target_label(known) if known is not None else "gone"
            result[source] = Mapping(kind, source, target, label, How.BY_HAND, "ann", ACTIVATED)
        return result

    def facts(self, choice: TaxChoice, choices: DocumentChoices, way: Way) -> Facts:
        """Of the company as *way* has it, which is changed there, too."""
        books, company = self.books, self.books.company
        books.prefer("SalesFormsPrefs", AllowDiscount=way.discounts)
        books.prefer(
            "AccountingInfoPrefs",
            ClassTrackingPerTxn=way.classes == "txn",
            ClassTrackingPerTxnLine=way.classes == "line",
            TrackDepartments=way.departments,
        )
        account = company.records["Account"]["7"]
        if (account.get("Active") is not False) != way.discount_account:
            company.records["Account"]["7"] = account | {"Active": way.discount_account}
            self.targets = self._targets()
        known = decode.company(books.realm, {"Country": company.country}, company.preferences)
        posted = tuple(
            BooksDocument(entity, str(90_000 + n), number, TODAY, "1", "Somebody", self.home,
                          Decimal(1), Decimal(0))
            for n, (entity, number) in enumerate(self.posted[-3:])
        )  # fmt: skip
        return Facts(
            workspace=Workspace(1, "W", realm_id=books.realm, activated_at=ACTIVATED,
                                quickbooks_connected=True, tax_choice=choice),
            company=replace(known, country=company.country),
            sources=self.sources,
            targets=self.targets,
            mappings=self.mappings,
            terms=self.terms,
            tax_codes=self.codes,
            carriers={"2": "1"},
            handling=Handling(choices=choices, tracked=self.tracked, books=posted),
        )  # fmt: skip

    def post(self, entity: str, body: Any) -> tuple[int, Any]:
        """Status and parsed answer."""
        response = self.books.raw("POST", entity.lower(), dict(body))
        answer = self.books.parsed(response)
        if response.status_code == 200 and body.get("DocNumber"):
            self.posted.append((entity, body["DocNumber"]))
        return response.status_code, answer
