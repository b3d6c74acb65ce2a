"""The people who can sign in to the simulated NinjaOne tenant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Technician:
    """billing: holds the permission "NinjaOne Billing". otp: second factor, None without one."""

    id: int
    email: str
    password: str
    first_name: str
    last_name: str
    administrator: bool
    billing: bool
    otp: str | None = None


TECHNICIANS = (
    Technician(1, "tech@tidewater.example", "ninja-sample", "Rosa", "Whitfield", True, True),
    Technician(
        2, "mfa@tidewater.example", "ninja-sample", "Idris", "Okafor", False, True, otp="246810"
    ),
    Technician(3, "helpdesk@tidewater.example", "ninja-sample", "Bo", "Lindqvist", False, False),
)

BY_EMAIL = {one.email.casefold(): one for one in TECHNICIANS}
