"""What helps when a sign-in gets nowhere (sections 1.3, 1.7 and 1.8 of the Intuit sheet)."""

from __future__ import annotations

from desktop_app.services.api import Service

_NETWORK = (
    "A filter stands in the way",
    (
        "Content blockers and proxies that stop Intuit's or NinjaOne's servers break the sign-in"
        " page. Try another network, or use your own browser."
    ),
)
_GOOGLE = (
    "“Sign in with Google” does not work here",
    (
        "Google turns embedded browsers away. Sign in with e-mail and password, or choose “Use my"
        " own browser”."
    ),
)

HELP: dict[Service, tuple[tuple[str, str], ...]] = {
    Service.QUICKBOOKS: (
        (
            "The company is missing from the list, or you are told to ask an administrator",
            (
                "You must use an account with QuickBooks administrator permissions. Ask a company"
                " or primary administrator of that QuickBooks company to sign in here, or to give"
                " you those permissions. Companies whose subscription has ended are not listed."
            ),
        ),
        (
            "“Sorry, but … didn't connect”, or a page about the redirect_uri",
            (
                "Intuit does not know the client ID, or the redirect address is not registered"
                " for these keys, character by character. Close this window and open Settings, App"
                " keys: Test keys shows whether ID and secret belong together, and the redirect"
                " address to register can be copied there. Development keys (Sandbox) and"
                " production keys have lists of their own."
            ),
        ),
        _GOOGLE,
        (
            "You are asked for a code every time",
            (
                "Intuit asks again on browsers it does not know. This window keeps its cookies for"
                " the next time, unless “Forget this browser” was chosen."
            ),
        ),
        _NETWORK,
        (
            "The page stays empty or moves in circles",
            (
                "Choose Reload, or close this window and begin again. If it stays so, “Use my own"
                " browser” always works."
            ),
        ),
    ),
    Service.NINJAONE: (
        (
            "An error page about the client or the redirect",
            (
                "The client ID belongs to another region, or the redirect address is not registered"
                " for the client app, character by character. Both are in Settings, App keys."
            ),
        ),
        (
            "You are not allowed to",
            (
                "Only a system administrator of NinjaOne can create API client apps, and the"
                " technician who signs in needs the NinjaOne Billing permission."
            ),
        ),
        _GOOGLE,
        _NETWORK,
    ),
}

HINT_AFTER_A_WHILE: dict[Service, str] = {
    Service.QUICKBOOKS: (
        "Still here? Take your time. If your company is not listed, the account probably lacks"
        " QuickBooks administrator permissions; “Nothing happening?” tells more."
    ),
    Service.NINJAONE: (
        "Still here? Take your time. If the page shows an error, the region or the client ID is"
        " probably not the right one; “Nothing happening?” tells more."
    ),
}
