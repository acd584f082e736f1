"""Draws screens that tmux took down (capture-pane -e -p) as one SVG: picture.py COLUMNS MIDDLE END."""

import html
import re
import sys

CELL, LINE, PAD = 7.23, 17, 14
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341"}


def spans(line):
    """The line's pieces, each with where it begins and its colour."""
    column, colour = 0, None
    for piece in re.split(r"(\x1b\[[\d;]*m)", line.rstrip("\n")):
        if piece.startswith("\x1b"):
            codes = piece[2:-1].split(";")
            colour = next((COLOURS[code] for code in codes if code in COLOURS), None)
        elif piece:
            yield column, piece, colour
            column += len(piece)


def rows(name, begin):
    """The screen's lines from the first that begins so."""
    with open(name, encoding="utf-8") as file:
        lines = file.read().rstrip().split("\n")
    plain = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in lines]
    return lines[next(i for i, line in enumerate(plain) if re.match(begin, line)):]


def main():
    columns, middle, end = int(sys.argv[1]), *sys.argv[2:4]
    panels = [
        rows(middle, r"\$ etcd-defrag"),
        rows(end, r"Summary"),
    ]
    width = columns * CELL + 2 * PAD
    height = sum(len(panel) * LINE + 2 * PAD for panel in panels)
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}">')
    print('<title>etcd-defrag in a terminal: a run in the middle of its second member, and its end</title>')
    print('<rect width="100%" height="100%" rx="8" fill="#0d1117"/>')
    print('<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="12" fill="#e6edf3" xml:space="preserve">')
    top = 0
    for number, panel in enumerate(panels):
        if number:
            print(f'<path d="M0 {top}H{width:.0f}" stroke="#30363d" stroke-dasharray="4 4"/>')
        for row, line in enumerate(panel):
            y = top + PAD + row * LINE + 12
            for column, text, colour in spans(line):
                if text.strip():
                    fill = f' fill="{colour}"' if colour else ""
                    print(f'<text x="{PAD + column * CELL:.1f}" y="{y}" textLength="{len(text) * CELL:.1f}"{fill}>{html.escape(text, quote=False)}</text>')
        top += len(panel) * LINE + 2 * PAD
    print("</g>\n</svg>")


main()
