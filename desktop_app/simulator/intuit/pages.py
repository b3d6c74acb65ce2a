"""The steps of the simulated Intuit sign-in as HTML. Form ids and field names are stable."""

from __future__ import annotations

from html import escape

from desktop_app.simulator.data.seed import IntuitUser
from desktop_app.simulator.pages import error_box, page, sample_sign_ins

_BRAND = "Intuit sign-in (simulated)"
_ACCENT = "#1f7a35"

_SCOPE_WORDS = {
    "com.intuit.quickbooks.accounting": "See and change your accounting data in QuickBooks Online",
    "com.intuit.quickbooks.payment": "Take payments through QuickBooks Payments",
    "openid": "Know which account you signed in with",
    "profile": "See your name",
    "email": "See your e-mail address",
    "phone": "See your phone number",
    "address": "See your postal address",
}


def _page(title: str, body: str, name: str) -> str:
    return page(title, body, brand=_BRAND, accent=_ACCENT, name=name)


def _form(form_id: str, step: str, flow: str, inside: str) -> str:
    return (
        f'<form id="{form_id}" method="post" action="/app/sign-in/{step}" autocomplete="off">'
        f'<input type="hidden" name="flow" value="{escape(flow)}">{inside}</form>'
    )


def sign_in(flow: str, users: list[IntuitUser], email: str = "", error: str | None = None) -> str:
    samples = sample_sign_ins(
        [
            (
                user.email,
                user.password,
                user.otp or "",
                "administrator" if user.admin_of else "standard user",
            )
            for user in users[:8]
        ],
        ("E-mail", "Password", "Code", "Right"),
    )
    body = (
        "<h1>Sign in</h1><p class='soft'>Use your Intuit account to continue to QuickBooks.</p>"
        + error_box(error)
        + _form(
            "sign-in-form",
            "password",
            flow,
            '<label for="email">E-mail or user ID</label>'
            f'<input id="email" name="email" type="text" value="{escape(email)}" required '
            "autofocus>"
            '<label for="password">Password</label>'
            '<input id="password" name="password" type="password" required>'
            '<div class="row"><button id="sign-in" type="submit">Sign in</button></div>',
        )
        + '<p class="soft" style="margin-top:16px"><a id="terms" href="/app/terms" '
        'target="_blank" rel="noopener">Terms of service</a></p>' + samples
    )
    return _page("Sign in", body, "sign-in")


def second_factor(flow: str, email: str, error: str | None = None) -> str:
    body = (
        "<h1>Check your phone</h1>"
        f"<p class='soft'>Enter the 6-digit code we sent to the phone of {escape(email)}.</p>"
        + error_box(error)
        + _form(
            "code-form",
            "code",
            flow,
            '<label for="code">Verification code</label>'
            '<input id="code" name="code" type="text" inputmode="numeric" required autofocus>'
            '<div class="row"><button id="verify" type="submit">Continue</button></div>',
        )
    )
    return _page("Verify it is you", body, "second-factor")


def companies(
    flow: str, user: IntuitUser, choices: list[tuple[str, str]], error: str | None = None
) -> str:
    """choices: (realm id, company name)."""
    rows = "".join(
        f'<label class="choice"><input type="radio" name="realm_id" value="{escape(realm)}" '
        f'id="company-{escape(realm)}" required>{escape(name)}</label>'
        for realm, name in choices
    )
    body = (
        "<h1>Choose a company</h1>"
        f"<p class='soft'>Signed in as {escape(user.email)}.</p>"
        + error_box(error)
        + _form(
            "company-form",
            "company",
            flow,
            rows + '<div class="row"><button id="choose-company" type="submit">Next</button></div>',
        )
        + _other_account(flow)
    )
    return _page("Choose a company", body, "company")


def consent(flow: str, app_name: str, company: str, user: IntuitUser, scopes: list[str]) -> str:
    rights = "".join(f"<li>{escape(_SCOPE_WORDS.get(scope, scope))}</li>" for scope in scopes)
    body = (
        f"<h1>Connect {escape(app_name)} to QuickBooks</h1>"
        f"<p>Company: <strong id='company-name'>{escape(company)}</strong></p>"
        f"<p class='soft'>Signed in as {escape(user.email)}. The app will be able to:</p>"
        f"<ul>{rights}</ul>"
        + _form(
            "consent-form",
            "consent",
            flow,
            '<div class="row">'
            '<button id="connect" type="submit" name="decision" value="connect">Connect</button>'
            '<button id="cancel" class="quiet" type="submit" name="decision" value="cancel">'
            "Cancel</button></div>",
        )
        + _other_account(flow)
    )
    return _page("Connect to QuickBooks", body, "consent")


def no_companies(flow: str, user: IntuitUser, seen: list[str]) -> str:
    """seen: names of companies where the user is no administrator."""
    names = "".join(f"<li>{escape(name)}</li>" for name in seen)
    companies_seen = (
        f"<p>You are a standard user of:</p><ul>{names}</ul>"
        if seen
        else "<p>Your account does not belong to any QuickBooks company.</p>"
    )
    body = (
        "<h1>You can't connect a company</h1>"
        f"<p class='soft'>Signed in as {escape(user.email)}.</p>{companies_seen}"
        "<p>Only a company administrator can connect an app. Ask the administrator to connect it, "
        "or to make you one, then try again.</p>"
        + _form(
            "no-company-form",
            "consent",
            flow,
            '<div class="row"><button id="cancel" class="quiet" type="submit" name="decision" '
            'value="cancel">Go back</button></div>',
        )
        + _other_account(flow)
    )
    return _page("No company to connect", body, "no-company")


def connect_error() -> str:
    # The real page says no more than this, for a wrong key and a wrong address alike (sheet, 1.3).
    body = (
        "<h1>Oops!</h1><p id='error'>Sorry, but undefined didn't connect.</p>"
        "<p class='soft'>Please try again later, or contact the app's support.</p>"
    )
    return _page("Something went wrong", body, "error")


def expired() -> str:
    body = (
        "<h1>This sign-in has ended</h1><p id='error'>It was finished, or it took too long. "
        "Go back to the app and start again.</p>"
    )
    return _page("Sign-in ended", body, "expired")


def waiting() -> str:
    body = "<h1>Connecting…</h1><p>This can take a moment.</p>"
    return _page("Connecting", body, "waiting")


def terms() -> str:
    body = "<h1>Terms of service</h1><p>The simulated service asks nothing of you.</p>"
    return _page("Terms of service", body, "terms")


def _other_account(flow: str) -> str:
    return (
        f'<p class="soft" style="margin-top:16px"><a id="other-account" '
        f'href="/app/sign-in/other?flow={escape(flow)}">Use another account</a></p>'
    )
