"""The frame around the simulator's sign-in pages: plain HTML, no script needed."""

from __future__ import annotations

from html import escape

_STYLE = """
:root { color-scheme: light dark; --ink:#1c2430; --soft:#5b6675; --line:#d5dbe3; --card:#fff;
  --page:#f2f4f7; --accent:ACCENT; --bad:#b3261e; --badbg:#fdecea; }
@media (prefers-color-scheme: dark) { :root { --ink:#e8ecf1; --soft:#a3adba; --line:#3a4350;
  --card:#20262e; --page:#14181d; --bad:#ffb4ab; --badbg:#44201d; } }
* { box-sizing: border-box; }
body { margin:0; min-height:100vh; display:flex; flex-direction:column; align-items:center;
  justify-content:center; gap:16px; padding:24px 16px; background:var(--page); color:var(--ink);
  font:16px/1.5 "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif; }
main { width:100%; max-width:420px; background:var(--card); border:1px solid var(--line);
  border-radius:12px; padding:32px; box-shadow:0 2px 12px rgba(0,0,0,.06); }
.brand { display:flex; align-items:center; gap:10px; margin-bottom:20px; font-weight:600; }
.brand svg { width:28px; height:28px; }
h1 { font-size:22px; line-height:1.25; margin:0 0 8px; }
p { margin:0 0 16px; } .soft { color:var(--soft); font-size:14px; }
label { display:block; font-size:14px; font-weight:600; margin:0 0 4px; }
input[type=text], input[type=email], input[type=password] { width:100%; font:inherit;
  padding:10px 12px; margin:0 0 16px; border:1px solid var(--line); border-radius:8px;
  background:var(--card); color:var(--ink); }
input:focus-visible, button:focus-visible, a:focus-visible { outline:3px solid var(--accent);
  outline-offset:2px; }
.choice { display:flex; gap:10px; align-items:center; font-weight:400; font-size:16px;
  border:1px solid var(--line); border-radius:8px; padding:12px; margin:0 0 10px; }
button { font:inherit; font-weight:600; border-radius:8px; padding:10px 18px; cursor:pointer;
  border:1px solid var(--accent); background:var(--accent); color:#fff; }
button.quiet { background:transparent; color:var(--ink); border-color:var(--line); }
.row { display:flex; gap:12px; flex-wrap:wrap; margin-top:8px; }
.error { background:var(--badbg); color:var(--bad); border-radius:8px; padding:10px 12px;
  margin:0 0 16px; font-size:14px; }
ul { margin:0 0 16px; padding-left:20px; } li { margin:4px 0; }
a { color:var(--accent); } footer { font-size:13px; color:var(--soft); text-align:center; }
table { border-collapse:collapse; font-size:13px; width:100%; margin-top:8px; }
td, th { text-align:left; padding:3px 6px 3px 0; vertical-align:top; overflow-wrap:anywhere; }
summary { cursor:pointer; font-size:14px; color:var(--soft); } details { margin-top:20px; }
"""

_MARK = (
    '<svg viewBox="0 0 28 28" aria-hidden="true"><circle cx="14" cy="14" r="13" '
    'fill="{accent}"/><path d="M8 14.5l4 4 8-9" fill="none" stroke="#fff" stroke-width="3" '
    'stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


def page(title: str, body: str, *, brand: str, accent: str, name: str) -> str:
    """A whole page. ``name`` marks the step (``body[data-page]``) for scripts that drive it."""
    mark = _MARK.format(accent=accent)
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE.replace('ACCENT', accent)}</style></head>"
        f'<body data-page="{escape(name)}"><main><div class="brand">{mark}'
        f"<span>{escape(brand)}</span></div>{body}</main>"
        "<footer>A simulated service on this computer. Nothing here reaches the real one.</footer>"
        "</body></html>\n"
    )


def error_box(text: str | None) -> str:
    if not text:
        return ""
    return f'<div class="error" id="error" role="alert">{escape(text)}</div>'


def sample_sign_ins(rows: list[tuple[str, ...]], heads: tuple[str, ...]) -> str:
    """A folded table of the accounts that work here."""
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        '<details id="samples" open><summary>Sample sign-ins</summary>'
        f"<table><tr>{head}</tr>{body}</table></details>"
    )
