"""Pictures of figures, drawn with matplotlib. Nothing is shared between pictures: each is an object of its own.

They are read on a phone, some 300 points wide, in a light or a dark chat: few words, large, on a ground of their own.
Whatever a colour says is said by a place or a word too. Where people read from right to left, time and bars run so too.
"""

import unicodedata
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from handlers.charts import Changes, Columns, Line, Panel, Picture, Rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

# Everything is measured in pixels; matplotlib wants inches and points of 1/72 inch.
_DPI = 100
_WIDTH, _MARGIN, _HEADER, _GAP = 1080, 50, 110, 100
_ROW, _COLUMNS, _LINE, _LABELS = 58, 200, 180, 40
_TITLE, _HEADING, _TEXT = 46, 37, 31
_GROUND, _INK, _FAINT, _RULE = "#f6f8fb", "#1b2733", "#52616f", "#d3dbe4"
_BAR, _UP, _DOWN = "#2f6fb2", "#23845a", "#c03a48"
# Shares of a panel's width: where bars begin beside their names, and columns beside their scale.
_NAMES, _SCALE = 0.34, 0.09
_LONGEST_NAME = 18
# Columns bear their numbers while there are so few that these fit.
_NUMBERED = 10


def draw(picture: Picture) -> bytes:
    """Return the picture as PNG. It takes a processor a second or so: call it in a thread, one picture at a time."""
    # Here, since loading it takes longer than the whole start of the bot, and many a process draws nothing.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heights = [_height(panel) for panel in picture.panels]
    height = _HEADER + sum(heights) + sum(map(_space, picture.panels))
    figure = Figure(figsize=(_WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor=_GROUND)
    FigureCanvasAgg(figure)
    pen = _Pen(picture)
    whole = figure.add_axes((0, 0, 1, 1))
    whole.set_axis_off()
    whole.set_ylim(height, 0)  # pixels from the top
    edge = _MARGIN / _WIDTH
    pen.write(whole, edge, _HEADER * 0.55, picture.title, size=_TITLE, bold=True)
    top = float(_HEADER)
    for panel, tall in zip(picture.panels, heights, strict=True):
        pen.write(whole, edge, top + _HEADING * 0.6, panel.title, size=_HEADING, bold=True)
        top += _HEADING * 1.6
        axes = figure.add_axes((edge, 1 - (top + tall) / height, 1 - 2 * edge, tall / height))
        axes.set_axis_off()
        pen.draw(axes, panel)
        top += tall + _space(panel) - _HEADING * 1.6
    data = BytesIO()
    figure.savefig(data, format="png", facecolor=_GROUND)
    return data.getvalue()


def _height(panel: Panel) -> int:
    match panel:
        case Rows():
            return _ROW * max(1, len(panel.labels))
        case Line():
            return _LINE
        case _:
            return _COLUMNS


def _space(panel: Panel) -> int:
    """Return what a panel needs above and beneath itself, its title and its labels included."""
    return _GAP + (_LABELS if isinstance(panel, Columns | Changes) else 0)


class _Pen:
    """Draws panels. Sideways it counts from where the reader begins, 0, to where lines end, 1."""

    def __init__(self, picture: Picture) -> None:
        from matplotlib import get_data_path
        from matplotlib.ft2font import FT2Font

        self._number = picture.number
        self._mirrored = picture.right_to_left
        # The one font that comes along: it has Arabic, and is the same on every machine.
        fonts = Path(get_data_path(), "fonts", "ttf")
        self._fonts = (fonts / "DejaVuSans.ttf", fonts / "DejaVuSans-Bold.ttf")
        self._characters = frozenset(map(chr, FT2Font(str(self._fonts[0])).get_charmap()))

    def draw(self, axes: "Axes", panel: Panel) -> None:
        match panel:
            case Rows():
                self._rows(axes, panel)
            case Columns():
                self._columns(axes, panel)
            case Line():
                self._line(axes, panel)
            case Changes():
                self._changes(axes, panel)

    def write(
        self,
        axes: "Axes",
        across: float,
        y: float,
        text: str,
        *,
        size: int = _TEXT,
        bold: bool = False,
        colour: str = _INK,
        align: str = "begin",
        upright: str = "center",
    ) -> None:
        """Write `text` where it begins, ends or is centred. Nothing in it is markup."""
        side = "right" if (align == "begin") == self._mirrored else "left"
        axes.text(
            self._x(across),
            y,
            self._drawable(text),
            ha="center" if align == "center" else side,
            va=upright,
            color=colour,
            parse_math=False,
            fontproperties=self._font(size, bold=bold),
            clip_on=False,
        )

    def _rows(self, axes: "Axes", panel: Rows) -> None:
        axes.set_xlim(0, 1)
        axes.set_ylim(max(1, len(panel.labels)) - 0.5, -0.5)
        room = 0.98 - _NAMES - 0.13  # the number stands behind the bar
        most = max(*panel.values, 1) if panel.values else 1
        for row, (label, value) in enumerate(zip(panel.labels, panel.values, strict=True)):
            name = label if len(label) <= _LONGEST_NAME else label[: _LONGEST_NAME - 1] + "…"
            self.write(axes, 0, row, name)
            long = max(room * value / most, 0.004)
            self._box(axes, _NAMES, row - 0.32, long, 0.64, _BAR)
            self.write(axes, _NAMES + long + 0.015, row, self._number(value), bold=True)

    def _columns(self, axes: "Axes", panel: Columns) -> None:
        top = self._scale(axes, max(*panel.values, 0) if panel.values else 0)
        axes.set_ylim(0, top)
        for place, value in zip(self._places(axes, panel.labels, 0), panel.values, strict=True):
            self._box(axes, place.begin, 0, place.wide, value, _BAR)
            if len(panel.values) <= _NUMBERED and value:
                self.write(axes, place.middle, value, self._number(value), align="center", upright="bottom", bold=True)

    def _changes(self, axes: "Axes", panel: Changes) -> None:
        most = max(*panel.ups, *panel.downs, 1)
        is_numbered = len(panel.labels) <= _NUMBERED
        room = most * (1.4 if is_numbered else 1.1)
        axes.set_xlim(0, 1)
        axes.set_ylim(-room, room)
        for y in (0,) if is_numbered else (-most, 0, most):
            self._rule(axes, y)
            self.write(axes, 0, y, self._number(abs(y)), colour=_FAINT)
        for place, up, down in zip(self._places(axes, panel.labels, -room), panel.ups, panel.downs, strict=True):
            for value, tall, colour, edge in ((up, up, _UP, "bottom"), (down, -down, _DOWN, "top")):
                self._box(axes, place.begin, 0, place.wide, tall, colour)
                if is_numbered and value:
                    number = self._number(value)
                    apart = room * (0.02 if tall > 0 else -0.05)
                    self.write(axes, place.middle, tall + apart, number, align="center", upright=edge, bold=True)

    def _line(self, axes: "Axes", panel: Line) -> None:
        low, high = min(panel.values), max(panel.values)
        spread = max(high - low, 2)
        axes.set_xlim(0, 1)
        axes.set_ylim(low - 0.6 * spread, high + 0.35 * spread)
        begin, end = 0.2, 0.8
        step = (end - begin) / max(1, len(panel.values) - 1)
        across = [self._x(begin + step * n) for n in range(len(panel.values))]
        axes.plot(across, panel.values, color=_BAR, linewidth=5, solid_capstyle="round", clip_on=False)
        axes.plot(across[-1:], panel.values[-1:], "o", color=_BAR, markersize=13, clip_on=False)
        under = 0.36 * spread  # where the word stands beneath its number
        for place, value, word, align in (
            (begin - 0.025, panel.values[0], panel.begins, "end"),
            (end + 0.025, panel.values[-1], panel.ends, "begin"),
        ):
            self.write(axes, place, value, self._number(value), align=align, bold=True)
            self.write(axes, place, value - under, word, align=align, colour=_FAINT)

    def _scale(self, axes: "Axes", most: int) -> float:
        """Draw the lines that columns are read by; return how high the panel reaches."""
        axes.set_xlim(0, 1)
        step = _step(most)
        ticks = range(0, most + step, step) if most else (0,)
        for tick in ticks:
            self._rule(axes, tick)
            self.write(axes, 0, tick, self._number(tick), colour=_FAINT)
        return max(ticks[-1] * 1.18, 1)

    def _rule(self, axes: "Axes", y: float) -> None:
        axes.plot([self._x(_SCALE), self._x(1)], [y, y], color=_RULE, linewidth=2, zorder=0, clip_on=False)

    def _places(self, axes: "Axes", labels: tuple[str, ...], floor: float) -> "list[_Place]":
        """Return where each column stands, and write its label beneath `floor`."""
        wide = (1 - _SCALE) / len(labels)
        share = 0.62 if len(labels) <= _NUMBERED else 0.76
        places = []
        for n, label in enumerate(labels):
            middle = _SCALE + wide * (n + 0.5)
            places.append(_Place(middle - wide * share / 2, wide * share, middle))
            if label:
                axes.annotate(
                    self._drawable(label),
                    (self._x(middle), floor),
                    xytext=(0, -8),
                    textcoords="offset points",
                    ha="center",
                    va="top",
                    color=_FAINT,
                    parse_math=False,
                    fontproperties=self._font(_TEXT, bold=False),
                    annotation_clip=False,
                )
        return places

    def _box(self, axes: "Axes", across: float, y: float, wide: float, tall: float, colour: str) -> None:
        from matplotlib.patches import Rectangle

        left = min(self._x(across), self._x(across + wide))
        axes.add_patch(Rectangle((left, y), wide, tall, facecolor=colour, linewidth=0, clip_on=False))

    def _x(self, across: float) -> float:
        return 1 - across if self._mirrored else across

    def _font(self, size: int, *, bold: bool) -> "FontProperties":
        from matplotlib.font_manager import FontProperties

        return FontProperties(fname=self._fonts[bold], size=size * 72 / _DPI)

    def _drawable(self, text: str) -> str:
        """Return the text without what the font cannot draw, such as emoji."""
        plain = unicodedata.normalize("NFKC", text)
        return "".join(character for character in plain if character in self._characters)


@dataclass(frozen=True, slots=True)
class _Place:
    begin: float
    wide: float
    middle: float


def _step(most: int) -> int:
    """Return the distance of at most four lines above nothing: 1, 2 or 5 times a power of ten."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * 4 >= most:
                return step * factor
        step *= 10
