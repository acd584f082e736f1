"""A log-log plot as SVG, and the slope in it."""
import math

COLOURS = ("#1f77b4", "#d62728", "#2ca02c")
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 420, 60, 50, 40, 20


def exponent(points):
    """The slope of the line of least squares through the points' logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys)) / sum((x - mean_x) ** 2 for x in xs)


def log_log(path, title, x_title, y_title, series):
    """Writes the plot: series maps a name to its points."""
    every = [point for points in series.values() for point in points]
    across = _axis([x for x, _ in every], LEFT, WIDTH - RIGHT)
    up = _axis([y for _, y in every], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(WIDTH / 2, TOP / 2, title), _text(WIDTH / 2, HEIGHT - 10, x_title), _text(20, TOP - 8, y_title),
    ]
    for value in _ticks([x for x, _ in every]):
        parts += [_line(across(value), TOP, across(value), HEIGHT - BOTTOM, "#ddd"), _text(across(value), HEIGHT - BOTTOM + 16, f"{value:g}")]
    for value in _ticks([y for _, y in every]):
        parts += [_line(LEFT, up(value), WIDTH - RIGHT, up(value), "#ddd"), _text(LEFT - 22, up(value) + 4, f"{value:g}")]
    for number, (name, points) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        way = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in points)
        parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(f'<text x="{LEFT + 12}" y="{TOP + 18 + 16 * number}" fill="{colour}">{name}: slope {exponent(points):.2f}</text>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n</svg>\n")


def _axis(values, at_least, at_most):
    low, high = math.log(min(_ticks(values))), math.log(max(_ticks(values)))
    return lambda value: at_least + (math.log(value) - low) / (high - low) * (at_most - at_least)


def _ticks(values):
    """1, 2, 5, 10, 20 … from just below the least to just above the greatest."""
    ladder = [mantissa * 10.0 ** power for power in range(-3, 7) for mantissa in (1, 2, 5)]
    first = max((tick for tick in ladder if tick <= min(values)), default=ladder[0])
    last = min((tick for tick in ladder if tick >= max(values)), default=ladder[-1])
    return [tick for tick in ladder if first <= tick <= max(last, 2 * first)]


def _text(x, y, text):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{text}</text>'


def _line(x1, y1, x2, y2, colour):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'
