"""The colours and strokes of drawings: one style sheet, by variables for a light page, a dark one, and paper."""

from dbwright.writers.palette import SHADES

_STYLE = """
.dbw { --page: #ffffff; --paper: #ffffff; --ink: #1b222c; --faint: #5f6976; --line: #7a8594; --key: #8f5200;
  --error: #b91f2b; --warning: #8f5200; --note: #21629f; --on-flag: #ffffff; --rule: #e7eaee; --hover: #0b63ce;
  --cluster: #f5f7f9; --cluster-edge: #d5dae1; --hit: #ffd84d;
  font-family: Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
.dbw .page { fill: var(--page); }
.dbw text { fill: var(--ink); font-size: 12px; white-space: pre; }
.dbw .faint { fill: var(--faint); }
.dbw .title { font-size: 13px; font-weight: 700; }
.dbw .view .title { font-style: italic; }
.dbw .required { font-weight: 600; }
.dbw .mark { fill: var(--key); font-size: 9px; font-weight: 700; }
.dbw .badge rect { fill: none; stroke: var(--key); stroke-opacity: .55; }
.dbw .badge text { fill: var(--key); font-size: 11px; }
.dbw .paper { fill: var(--paper); }
.dbw .frame { fill: none; stroke: var(--strong); stroke-width: 1.3; }
.dbw .missing .frame { stroke: var(--error); stroke-dasharray: 5 4; }
.dbw .head { fill: var(--soft); }
.dbw .rule { stroke: var(--rule); }
.dbw .cluster rect { fill: var(--cluster); stroke: var(--cluster-edge); }
.dbw .cluster text { fill: var(--faint); font-size: 13px; font-weight: 700; }
.dbw .line path { fill: none; stroke: var(--line); stroke-width: 1.4; }
.dbw .line .wide { stroke: transparent; stroke-width: 12; }
.dbw .line text { fill: var(--faint); stroke: var(--page); stroke-width: 4; paint-order: stroke; text-anchor: middle; }
.dbw .line:hover path:not(.wide), .dbw .line.near path:not(.wide) { stroke: var(--hover); stroke-width: 2.4; }
.dbw .foot { fill: none; stroke: var(--line); stroke-width: 1.4; }
.dbw .ring { fill: var(--page); stroke: var(--line); stroke-width: 1.4; }
.dbw a { text-decoration: none; } .dbw a:focus { outline: none; }
.dbw a:hover .frame, .dbw a:focus .frame { stroke: var(--hover); stroke-width: 2.6; }
.dbw .flag-error { fill: var(--error); } .dbw .flag-warning { fill: var(--warning); } .dbw .flag-note { fill: var(--note); }
.dbw .flag text { fill: var(--on-flag); font-size: 11px; font-weight: 700; text-anchor: middle; }
.dbw.searching .box:not(.hit), .dbw.searching .line { opacity: .22; }
.dbw .hit .frame { stroke: var(--hit); stroke-width: 4; paint-order: stroke; }
"""
_DARK = """--page: #14181e; --paper: #1b2027; --ink: #e6eaf0; --faint: #9ba6b4; --line: #7f8b9a; --key: #f0b35a;
  --error: #ff8a84; --warning: #f0b35a; --note: #84bff7; --on-flag: #14181e; --rule: #2b323c; --hover: #79b8ff;
  --cluster: #181d24; --cluster-edge: #343d49; --hit: #c9a400;"""

_MARKER = 'markerUnits="userSpaceOnUse" orient="auto-start-reverse"'
_ENDS = {
    "many": '<path class="foot" d="M7 6 L16 1 M7 6 L16 11"/><circle class="ring" cx="3.7" cy="6" r="3"/>',
    "one": '<path class="foot" d="M7 1 L7 11 M11 1 L11 11"/>',
    "maybe": '<path class="foot" d="M11 1 L11 11"/><circle class="ring" cx="5.5" cy="6" r="3"/>',
    "to": '<path class="foot" d="M8 1 L16 6 L8 11"/>',
}


def style_sheet() -> str:
    """What all drawings of a page share; scoped by their class, "dbw"."""
    light = "".join(
        f".dbw .hue{at} {{ --soft: {shade.soft}; --strong: {shade.strong}; }}\n" for at, shade in enumerate(SHADES)
    )
    dark = "".join(
        f".dbw .hue{at} {{ --soft: {shade.dark_soft}; --strong: {shade.dark_strong}; }}\n"
        for at, shade in enumerate(SHADES)
    )
    return f"{_STYLE}{light}@media screen and (prefers-color-scheme: dark) {{\n.dbw {{ {_DARK} }}\n{dark}}}\n"


def line_ends(name: str) -> str:
    """The signs at the ends of lines. Their ids begin with the drawing's name, since a page may hold several drawings."""
    return "".join(
        f'<marker id="{name}-{end}" viewBox="0 0 16 12" refX="16" refY="6" markerWidth="16" markerHeight="12" {_MARKER}>'
        f"{shape}</marker>"
        for end, shape in _ENDS.items()
    )
