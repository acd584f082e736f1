using System.Globalization;
using System.Text;

namespace EtcdDefrag.Output;

/// <summary>Begins every line with the local time, where that is wanted, as the original's log does: <c>2006/01/02 15:04:05 </c>.
/// Leaves the inner writer open.</summary>
internal sealed class StampedWriter(TextWriter inner, TimeProvider time, bool stamped) : TextWriter(CultureInfo.InvariantCulture)
{
    private bool _atLineStart = true;

    /// <summary>What stands before each line, behind the time.</summary>
    public string Prefix { get; init; } = "";

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write($"{value}\n");

    /// <summary>One write for each call, so that lines of several writers don't mix.</summary>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        var text = new StringBuilder(buffer.Length + 32);
        foreach (var c in buffer)
        {
            if (_atLineStart)
            {
                text.Append(stamped ? time.GetLocalNow().ToString("yyyy/MM/dd HH:mm:ss ", CultureInfo.InvariantCulture)
                    : "").Append(Prefix);
            }

            text.Append(c);
            _atLineStart = c == '\n';
        }

        inner.Write(text.ToString());
    }

    public override void Flush() => inner.Flush();
}
