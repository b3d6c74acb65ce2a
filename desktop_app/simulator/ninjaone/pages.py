"""Sign-in, consent and error pages of the simulated NinjaOne. Ids and names are stable."""

from __future__ import annotations

from html import escape

from desktop_app.simulator.ninjaone.technicians import TECHNICIANS
from desktop_app.simulator.pages import error_box, page, sample_sign_ins

_SCOPE_WORDS = {
    "monitoring": "Read organizations, billing and other data",
    "management": "Change billing and other data",
    "control": "Control devices remotely",
    "offline_access": "Stay signed in until you take it back",
}


def _page(title: str, body: str, name: str) -> str:
    return page(title, body, brand="NinjaOne (simulated)", accent="#1a5fb4", name=name)


def _form(form_id: str, step: str, flow: str, inside: str) -> str:
    return (
        f'<form id="{form_id}" method="post" action="/ws/oauth/{step}" autocomplete="off">'
        f'<input type="hidden" name="flow" value="{escape(flow)}">{inside}</form>'
    )


def sign_in(flow: str, email: str = "", error: str | None = None) -> str:
    samples = sample_sign_ins(
        [
            (one.email, one.password, one.otp or "", "yes" if one.billing else "no")
            for one in TECHNICIANS
        ],
        ("E-mail", "Password", "Code", "Billing"),
    )
    body = (
        "<h1>Sign in to NinjaOne</h1>"
        + error_box(error)
        + _form(
            "sign-in-form",
            "sign-in",
            flow,
            '<label for="email">E-mail</label>'
            f'<input id="email" name="email" type="text" value="{escape(email)}" required '
            "autofocus>"
            '<label for="password">Password</label>'
            '<input id="password" name="password" type="password" required>'
            '<label for="code">Verification code, if your account has one</label>'
            '<input id="code" name="code" type="text" inputmode="numeric">'
            '<div class="row"><button id="sign-in" type="submit">Sign in</button></div>',
        )
        + samples
    )
    return _page("Sign in", body, "ninjaone-sign-in")


def consent(flow: str, app: str, email: str, scopes: list[str]) -> str:
    rights = "".join(f"<li>{escape(_SCOPE_WORDS.get(one, one))}</li>" for one in scopes)
    body = (
        f"<h1>Allow {escape(app)}?</h1>"
        f"<p class='soft'>Signed in as {escape(email)}. The app will be able to:</p>"
        f"<ul>{rights}</ul>"
        + _form(
            "consent-form",
            "consent",
            flow,
            '<div class="row">'
            '<button id="allow" type="submit" name="decision" value="allow">Allow</button>'
            '<button id="deny" class="quiet" type="submit" name="decision" value="deny">'
            "Deny</button></div>",
        )
    )
    return _page("Allow access", body, "ninjaone-consent")


def failure(error: str, description: str) -> str:
    body = (
        "<h1>Authorization failed</h1>"
        f"<p id='error'>{escape(error)}</p><p class='soft'>{escape(description)}</p>"
    )
    return _page("Authorization failed", body, "ninjaone-error")


def waiting() -> str:
    return _page("Working", "<h1>Working…</h1><p>This can take a moment.</p>", "ninjaone-waiting")
