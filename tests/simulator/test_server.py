"""The parts together: a token from the sign-in opens the accounting API, and the hooks reach it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from desktop_app.simulator.server import Simulator


class Books:
    """The first company through its API, and the control routes beside it."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self.session = requests.Session()
        self.realm = told["companies"][0]["realm_id"]
        self.access = self._refresh(told["companies"][0]["refresh_token"])

    def _refresh(self, value: str) -> str:
        app = self.told["apps"][0]
        discovery = self.session.get(self.told["intuit_discovery"], timeout=20).json()
        answer = self.session.post(
            discovery["token_endpoint"],
            data={"grant_type": "refresh_token", "refresh_token": value},
            auth=(app["client_id"], app["client_secret"]),
            timeout=20,
        )
        return str(answer.json()["access_token"])

    def call(self, method: str, path: str, realm: str = "", **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.access}", "Accept": "application/json"}
        url = f"{self.told['quickbooks']}/v3/company/{realm or self.realm}/{path}"
        return self.session.request(method, url, headers=headers, timeout=20, **more)

    def query(self, text: str) -> dict[str, Any]:
        response = self.call("GET", "query", params={"query": text})
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()["QueryResponse"]
        return found

    def admin(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.session.request(method, self.told["admin"] + path, timeout=20, **more)


@pytest.fixture
def books(simulator: Simulator) -> Iterator[Books]:
    made = Books(simulator.announcement())
    yield made
    made.session.close()


def test_a_ready_token_opens_its_company_only(books: Books) -> None:
    answer = books.call("GET", f"companyinfo/{books.realm}")
    assert answer.status_code == 200
    assert answer.json()["CompanyInfo"]["CompanyName"] == books.told["companies"][0]["name"]
    other = books.told["companies"][1]["realm_id"]
    assert books.call("GET", f"companyinfo/{other}", realm=other).status_code == 403


def test_expired_revoked_and_unknown_tokens(simulator: Simulator, books: Books) -> None:
    assert books.query("select count(*) from Customer")["totalCount"] > 0
    simulator.clock.advance(3601)
    assert books.call("GET", "preferences").status_code == 401
    books.access = "nonsense"
    assert books.call("GET", "preferences").status_code == 401


def test_disconnected_app_is_refused(books: Books) -> None:
    assert books.call("GET", "preferences").status_code == 200
    books.admin("POST", f"/intuit/{books.realm}/disconnect")
    assert books.call("GET", "preferences").status_code in {401, 403}


def test_reads_are_metered(books: Books) -> None:
    before = books.admin("GET", "/meter").json()[books.realm]
    books.call("GET", "preferences")
    books.query("select * from Item maxresults 5")
    assert books.admin("GET", "/meter").json()[books.realm] == before + 2


def test_hooks_reach_the_books(books: Books) -> None:
    hook = f"/quickbooks/{books.realm}"
    invoice = books.query("select * from Invoice where Balance > '10.00'")["Invoice"][0]
    body: dict[str, Any] = {"invoice_id": invoice["Id"], "amount": 1.25}
    assert books.admin("POST", f"{hook}/payment", json=body).status_code == 200
    paid = books.call("GET", f"invoice/{invoice['Id']}").json()["Invoice"]
    assert paid["Balance"] == pytest.approx(invoice["Balance"] - 1.25)
    assert paid["SyncToken"] != invoice["SyncToken"]

    customers = books.query("select * from Customer where Job = false")["Customer"]
    names = {one["Id"]: one["DisplayName"] for one in customers if not one.get("IsProject")}
    first, second, third = list(names)[-3:]
    body = {"entity": "Customer", "id": first, "name": "Renamed & Sons"}
    assert books.admin("POST", f"{hook}/rename", json=body).status_code == 200
    renamed = books.call("GET", f"customer/{first}").json()["Customer"]
    assert renamed["DisplayName"] == "Renamed & Sons"
    body = {"entity": "Customer", "id": second}
    assert books.admin("POST", f"{hook}/inactivate", json=body).status_code == 200
    assert books.call("GET", f"customer/{second}").json()["Customer"]["Active"] is False
    body = {"entity": "Customer", "lost_id": third, "kept_id": first}
    assert books.admin("POST", f"{hook}/merge", json=body).status_code == 200
    body = {"entity": "Invoice", "id": invoice["Id"]}
    assert books.admin("POST", f"{hook}/delete", json=body).status_code in {200, 400}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("payment", {"invoice_id": "999999", "amount": 5}),
        ("payment", {"invoice_id": "1", "amount": "five"}),
        ("rename", {"entity": "Customer", "id": "999999", "name": "x"}),
        ("rename", {"entity": "Spaceship", "id": "1", "name": "x"}),
        ("inactivate", {"entity": "Customer"}),
        ("delete", {"entity": "Invoice", "id": "999999"}),
    ],
)
def test_hooks_say_what_is_wrong(books: Books, path: str, body: dict[str, Any]) -> None:
    answer = books.admin("POST", f"/quickbooks/{books.realm}/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_summary_counts_both_sides(books: Books) -> None:
    summary = books.admin("GET", "/summary").json()
    mine = summary["quickbooks"][books.realm]
    assert mine["name"] == books.told["companies"][0]["name"]
    assert len(mine) > 1
    assert summary["ninjaone"]["invoices"]["count"] > 0


def test_a_cut_after_the_commit_leaves_the_record(simulator: Simulator, books: Books) -> None:
    count = books.query("select count(*) from Customer")["totalCount"]
    simulator.faults.arm("transport.cut_after", times=1, service="quickbooks", method="POST")
    with pytest.raises(requests.exceptions.ConnectionError):
        books.call("POST", "customer", json={"DisplayName": "Cut off in the middle"})
    assert books.query("select count(*) from Customer")["totalCount"] == count + 1


def test_world_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with Simulator(state_file=file) as first:
        books = Books(first.announcement())
        made = books.call("POST", "customer", json={"DisplayName": "Kept & Co"}).json()["Customer"]
        books.session.close()
    with Simulator(state_file=file) as second:
        books = Books(second.announcement())
        again = books.call("GET", f"customer/{made['Id']}").json()["Customer"]
        books.session.close()
    assert again == made


def test_command_from_token_to_invoice() -> None:
    """The command as another program starts it: one line, then the whole round."""
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "desktop_app.simulator", "--size", "small"]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            books = Books(json.loads(process.stdout.readline()))
            with books.session:
                customer = books.query("select * from Customer maxresults 1")["Customer"][0]
                item = books.query("select * from Item where Type = 'Service'")["Item"][0]
                body = {
                    "CustomerRef": {"value": customer["Id"]},
                    "Line": [
                        {
                            "Amount": 20,
                            "DetailType": "SalesItemLineDetail",
                            "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}},
                        }
                    ],
                }
                made = books.call("POST", "invoice", json=body)
                assert made.status_code == 200, made.text
                errors = books.admin("GET", "/errors").json()
        finally:
            process.terminate()
            out, err = process.communicate(timeout=30)
    assert errors == {"errors": []}
    assert (out, err) == ("", "")
