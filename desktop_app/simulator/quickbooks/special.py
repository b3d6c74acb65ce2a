"""Resources that are no ordinary entity: company info, preferences, exchange rates, tax service,
and a sales form as PDF."""

from __future__ import annotations

from typing import Any

from desktop_app.simulator.quickbooks import codes, money, stamps
from desktop_app.simulator.quickbooks.rules.currency import rate_record
from desktop_app.simulator.quickbooks.rules.people import same_name
from desktop_app.simulator.quickbooks.rules.references import Resolver
from desktop_app.simulator.quickbooks.schema.kinds import Entity
from desktop_app.simulator.quickbooks.schema.singles import (
    EXCHANGE_RATE,
    TAX_RATE_DETAIL,
    TAX_SERVICE,
)
from desktop_app.simulator.quickbooks.schema.walk import clean, clean_fields
from desktop_app.simulator.quickbooks.store import Company
from desktop_app.simulator.quickbooks.switches import Switches

Json = dict[str, Any]


def read_company_info(company: Company, identity: str | None) -> Json:
    """Raises ServiceFault 610 for another Id than the company's."""
    if identity not in {None, company.realm_id, str(company.company_info.get("Id", "1"))}:
        raise codes.not_found()
    return company.company_info


def update_single(company: Company, entity: Entity, body: Json, switches: Switches) -> Json:
    """Change CompanyInfo or Preferences; groups that are not sent stay.

    Raises:
        ServiceFault: 2010, 2020, 5010 and those of types.
    """
    switches.before_write(creating=False, changing=True)
    info = entity.name == "CompanyInfo"
    old = company.company_info if info else company.preferences
    if body.get("SyncToken") in (None, ""):
        raise codes.required("SyncToken")
    if str(body["SyncToken"]) != str(old.get("SyncToken", "0")):
        raise codes.stale()
    cleaned = clean(entity, body, Resolver(company, entity.name, old))
    values = dict(old)
    for name, value in cleaned.values.items():
        if name in {"Id", "SyncToken", "domain", "sparse"}:
            continue
        if not info and isinstance(value, dict):
            value = _merged_group(old.get(name, {}), name, value)
        values[name] = value
    if info and not values.get("CompanyName"):
        raise codes.required("CompanyName")
    values["SyncToken"] = str(int(old.get("SyncToken") or 0) + 1)
    values["MetaData"] = {
        **old.get("MetaData", {}),
        "LastUpdatedTime": stamps.meta_stamp(company.now),
    }
    if info:
        company.company_info = values
    else:
        company.preferences = values
    return values


def _merged_group(old: Json, group: str, sent: Json) -> Json:
    closed = sent.get("BookCloseDate")
    if closed:
        try:
            valid = stamps.parse_date(str(closed))
        except ValueError:
            raise codes.invalid_value("2070", "BookCloseDate", closed, "a real day") from None
        if valid is None:
            raise codes.invalid_value("2060", "BookCloseDate", closed, "a date, YYYY-MM-DD")
    merged = {**old, **sent}
    if group == "AccountingInfoPrefs" and "BookCloseDate" in sent and not closed:
        merged.pop("BookCloseDate")
    return {name: value for name, value in merged.items() if value is not None}


def read_rate(company: Company, code: str | None, day: str | None) -> Json:
    """Raises ServiceFault: 2020, 2060, 2070, 2220, 2500."""
    if not code:
        raise codes.required("sourcecurrencycode")
    day = day or stamps.today(company.now).isoformat()
    try:
        if stamps.parse_date(day) is None:
            raise codes.invalid_value("2060", "asofdate", day, "a date, YYYY-MM-DD")
    except ValueError:
        raise codes.invalid_value("2070", "asofdate", day, "a day that exists") from None
    code = code.upper()
    if len(code) != 3 or not code.isalpha():
        raise codes.invalid_value("2220", "sourcecurrencycode", code, "an ISO 4217 code")
    if code == company.home_currency:
        return _rate(company, code, 1, day)
    record = rate_record(company, code, day)
    if record is None:
        raise codes.reference("Currencies", code, "SourceCurrencyCode")
    return {**record, "AsOfDate": day}


def _rate(company: Company, code: str, rate: Any, day: str) -> Json:
    stamp = stamps.meta_stamp(company.now)
    return {
        "SourceCurrencyCode": code,
        "TargetCurrencyCode": company.home_currency,
        "Rate": rate,
        "AsOfDate": day,
        "domain": "QBO",
        "sparse": False,
        "MetaData": {"LastUpdatedTime": stamp},
    }


def write_rate(company: Company, body: Json, switches: Switches) -> Json:
    """Set the rate of a currency on a day.

    Raises:
        ServiceFault: 5030 without multicurrency, 2020, 2110, 2220.
    """
    switches.before_write(creating=False, changing=False)
    if not company.multicurrency:
        raise codes.feature("multicurrency is turned off")
    values = clean(EXCHANGE_RATE, body, Resolver(company, "ExchangeRate", None)).values
    for name in ("SourceCurrencyCode", "Rate"):
        if values.get(name) in (None, ""):
            raise codes.required(name)
    if money.decimal_of(values["Rate"]) <= 0:
        raise codes.invalid_value("2110", "Rate", values["Rate"], "more than 0")
    target = values.get("TargetCurrencyCode", company.home_currency)
    if target != company.home_currency:
        raise codes.invalid_value("2220", "TargetCurrencyCode", target, "the home currency")
    day = values.get("AsOfDate") or stamps.today(company.now).isoformat()
    record = _rate(company, values["SourceCurrencyCode"], values["Rate"], day)
    for key, one in list(company.records["ExchangeRate"].items()):
        same = one.get("SourceCurrencyCode") == record["SourceCurrencyCode"]
        if same and one.get("AsOfDate") == day:
            del company.records["ExchangeRate"][key]
    company.records["ExchangeRate"][f"{record['SourceCurrencyCode']}/{day}"] = record
    return record


def create_tax_code(company: Company, body: Json, switches: Switches) -> Json:
    """What taxservice/taxcode does: a code, with rates that exist or are made on the way.

    Raises:
        ServiceFault: 2010, 2020, 2500, 6240.
    """
    switches.before_write(creating=True, changing=False)
    resolver = Resolver(company, "TaxCode", None)
    values = clean_fields(TAX_SERVICE, body, resolver)
    if not values.get("TaxCode"):
        raise codes.required("TaxCode")
    if not values.get("TaxRateDetails"):
        raise codes.required("TaxRateDetails")
    for one in company.all("TaxCode"):
        if same_name(str(one.get("Name", "")), values["TaxCode"]):
            raise codes.duplicate_name(str(one["Id"]))
    details = [clean_fields(TAX_RATE_DETAIL, one, resolver) for one in values["TaxRateDetails"]]
    for detail in details:
        _check_rate(company, detail)
    rates = [(_tax_rate(company, detail), detail) for detail in details]
    lists: dict[str, list[Json]] = {"Sales": [], "Purchase": []}
    for rate, detail in rates:
        word = "Purchase" if detail.get("TaxApplicableOn") == "Purchase" else "Sales"
        lists[word].append(
            {
                "TaxRateRef": {"value": rate["Id"], "name": rate["Name"]},
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": 0,
            }
        )
    code = company.add(
        "TaxCode",
        {
            "Name": values["TaxCode"],
            "Description": values["TaxCode"],
            "Active": True,
            "Taxable": True,
            "TaxGroup": True,
            "TaxCodeConfigType": "USER_DEFINED",
            "SalesTaxRateList": {"TaxRateDetail": lists["Sales"]},
            "PurchaseTaxRateList": {"TaxRateDetail": lists["Purchase"]},
        },
    )
    answer = [{**detail, "TaxRateId": rate["Id"]} for rate, detail in rates]
    return {"TaxCode": values["TaxCode"], "TaxCodeId": code["Id"], "TaxRateDetails": answer}


def _check_rate(company: Company, detail: Json) -> None:
    if detail.get("TaxRateId"):
        if company.get("TaxRate", detail["TaxRateId"]) is None:
            raise codes.reference("TaxRates", detail["TaxRateId"], "TaxRateDetails.TaxRateId")
        return
    for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if detail.get(name) in (None, ""):
            raise codes.required(f"TaxRateDetails.{name}")
    if company.get("TaxAgency", detail["TaxAgencyId"]) is None:
        raise codes.reference("TaxAgencies", detail["TaxAgencyId"], "TaxRateDetails.TaxAgencyId")
    for one in company.all("TaxRate"):
        if same_name(str(one.get("Name", "")), detail["TaxRateName"]):
            raise codes.duplicate_name(str(one["Id"]))


def _tax_rate(company: Company, detail: Json) -> Json:
    known = company.get("TaxRate", str(detail.get("TaxRateId", "")))
    if known is not None:
        return known
    return company.add(
        "TaxRate",
        {
            "Name": detail["TaxRateName"],
            "Description": detail["TaxRateName"],
            "Active": True,
            "RateValue": detail["RateValue"],
            "AgencyRef": {"value": detail["TaxAgencyId"]},
            "SpecialTaxType": "NONE",
            "DisplayType": "ReadOnly",
        },
    )


def pdf(title: str) -> bytes:
    """A one-page document with ``title`` on it."""
    words = title.encode("latin-1", "replace").translate(None, delete=b"()\\")
    stream = b"BT /F1 24 Tf 72 720 Td (" + words + b") Tj ET"
    fonts = b"/Resources << /Font << /F1 5 0 R >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R " + fonts,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + table + trailer % (len(objects) + 1, len(body))
