using System.Globalization;
using System.Text;

namespace EtcdDefrag.Cli.Tests.Live;

/// <summary>A terminal's screen, as far as a live line needs one: lines, wrapping, a cursor, and erasing. Narrowing it breaks long lines, as terminals do.</summary>
internal sealed class TestScreen(int columns) : TextWriter(CultureInfo.InvariantCulture)
{
    private readonly List<StringBuilder> _rows = [new()];
    private int _row;
    private int _column;

    public override Encoding Encoding => Encoding.UTF8;

    public int Columns { get; private set; } = columns;

    /// <summary>How often something was written in place.</summary>
    public int Redraws { get; private set; }

    /// <summary>What is to be seen, without trailing spaces and empty rows at the end.</summary>
    public string Text => string.Join('\n', _rows.Select(row => row.ToString().TrimEnd())).TrimEnd('\n');

    public string[] Rows => Text.Split('\n');

    /// <summary>Makes the window narrower: rows that no longer fit go on in the next one.</summary>
    public void Narrow(int columns)
    {
        Columns = columns;
        var old = _rows.Select(row => row.ToString()).ToArray();
        _rows.Clear();
        foreach (var row in old)
        {
            var rest = row;
            while (rest.Length > columns)
            {
                _rows.Add(new(rest[..columns]));
                rest = rest[columns..];
            }

            _rows.Add(new(rest));
        }

        (_row, _column) = (_rows.Count - 1, _rows[^1].Length);
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value)
    {
        for (var i = 0; i < value!.Length; i++)
        {
            switch (value[i])
            {
                case '\n':
                    (_row, _column) = (_row + 1, 0);
                    Grow();
                    break;
                case '\r':
                    _column = 0;
                    Redraws++;
                    break;
                case '\e':
                    i = Sequence(value, i + 1);
                    break;
                default:
                    Put(value[i]);
                    break;
            }
        }
    }

    private int Sequence(string text, int at)
    {
        Xunit.Assert.Equal('[', text[at]);
        var end = at + 1;
        while (!char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        var number = text[(at + 1)..end] is { Length: > 0 } digits ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;
        switch (text[end])
        {
            case 'A':
                _row = Math.Max(0, _row - number);
                break;
            case 'K':
                _rows[_row].Length = Math.Min(_rows[_row].Length, _column);
                break;
            case 'J':
                _rows[_row].Length = Math.Min(_rows[_row].Length, _column);
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case 'm':
                break;
            default:
                throw new NotSupportedException(text[at..(end + 1)]);
        }

        return end;
    }

    private void Put(char c)
    {
        if (_column == Columns)
        {
            (_row, _column) = (_row + 1, 0);
            Grow();
        }

        var row = _rows[_row];
        row.Append(' ', Math.Max(0, _column + 1 - row.Length))[_column++] = c;
    }

    private void Grow()
    {
        while (_rows.Count <= _row)
        {
            _rows.Add(new());
        }
    }
}
