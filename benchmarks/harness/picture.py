"""A bar chart as SVG text, the same for the same figures; readable on light and on dark pages."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

WIDTH: Final = 760
HEIGHT: Final = 360
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 64, 52
COLOURS: Final = ("#2f6fb2", "#d9822b", "#4d9a5b")
STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#333}"
    ".title{font-size:15px;font-weight:600}.grid{stroke:#ccc;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#555}}"
)


def bars(title: str, unit: str, buckets: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """Groups of bars, one group for each of `buckets`, one bar in it for each of `series`.

    Values are percent; the axis goes up to the next 20 above the highest.
    """
    top = 20 * (int(max(max(values) for values in series.values())) // 20 + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>',
        *_legend(series),
        *_grid(top),
        *_groups(buckets, series, top),
        f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{escape(unit)}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _legend(series: Mapping[str, Sequence[float]]) -> list[str]:
    return [
        f'<rect x="{LEFT + 190 * at}" y="36" width="12" height="12" fill="{COLOURS[at]}"/>'
        f'<text x="{LEFT + 190 * at + 18}" y="47">{escape(name)}</text>'
        for at, name in enumerate(series)
    ]


def _grid(top: int) -> list[str]:
    return [
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(at, top):.1f}" y2="{_y(at, top):.1f}"/>'
        f'<text x="{LEFT - 8}" y="{_y(at, top) + 4:.1f}" text-anchor="end">{at} %</text>'
        for at in range(0, top + 1, 20)
    ]


def _groups(buckets: Sequence[str], series: Mapping[str, Sequence[float]], top: int) -> list[str]:
    group = (WIDTH - LEFT - RIGHT) / len(buckets)
    bar = 0.8 * group / len(series)
    parts = []
    for at, bucket in enumerate(buckets):
        start = LEFT + group * at + 0.1 * group
        for place, values in enumerate(series.values()):
            x, y = start + bar * place, _y(values[at], top)
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{bar - 2:.1f}" height="{HEIGHT - BOTTOM - y:.1f}" '
                f'fill="{COLOURS[place]}"><title>{values[at]:.1f} %</title></rect>'
            )
        middle = LEFT + group * (at + 0.5)
        parts.append(
            f'<text x="{middle:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(bucket)}</text>'
        )
    return parts


def _y(value: float, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top
