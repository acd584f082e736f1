using System.Globalization;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Live;

/// <summary>
/// The last line of a terminal, rewritten in place. All that is written to the terminal goes through here: the line is taken
/// away, the text written, the line put back, so that ordinary lines scroll by above it and stay whole. The cursor is never
/// hidden: no way out can leave it so.
/// </summary>
/// <param name="screen">Standard error, a terminal.</param>
/// <param name="columns">The window's width now.</param>
internal sealed class LiveLine(TextWriter screen, Func<int> columns)
{
    /// <summary>Left free at the right edge: a terminal that echoes two Ctrl-C there must not wrap the line.</summary>
    private const int Margin = 4;

    private readonly Lock _lock = new();
    private string _text = "";
    private bool _drawn;
    private bool _midLine;
    private bool _closed;

    /// <summary>How wide a text may be now.</summary>
    public int Room => columns() - Margin;

    /// <summary>Shows a text of one line or several in place of the one before; an empty one takes it away.</summary>
    public void Show(string text)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            var before = Erasure();
            _text = text;
            _drawn = text.Length > 0 && !_midLine;
            var line = _drawn ? text : "";
            if (before.Length + line.Length > 0)
            {
                screen.Write(before + line);
            }
        }
    }

    /// <summary>Writes a text of somebody else's.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="text">What.</param>
    /// <param name="onScreen">Whether that ends up on the same terminal.</param>
    public void Write(TextWriter writer, ReadOnlySpan<char> text, bool onScreen)
    {
        lock (_lock)
        {
            if (!onScreen || text.IsEmpty)
            {
                writer.Write(text);
                return;
            }

            if (_drawn)
            {
                screen.Write(Erasure());
                _drawn = false;
            }

            writer.Write(text);
            _midLine = text[^1] != '\n';
            if (_text.Length > 0 && !_midLine && !_closed)
            {
                screen.Write(_text);
                _drawn = true;
            }
        }
    }

    /// <summary>Takes the line away for good.</summary>
    public void Close()
    {
        Show("");
        lock (_lock)
        {
            _closed = true;
        }
    }

    /// <summary>What takes the drawn line away. In a window that has become narrower, a line takes several rows.</summary>
    private string Erasure()
    {
        if (!_drawn)
        {
            return "";
        }

        var rows = _text.Split('\n').Sum(line => Math.Max(1, (DisplayWidth.Of(line) + columns() - 1) / columns()));
        return rows <= 1 ? "\r\e[K" : string.Create(CultureInfo.InvariantCulture, $"\r\e[{rows - 1}A\e[J");
    }
}
