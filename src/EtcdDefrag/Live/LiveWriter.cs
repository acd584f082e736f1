using System.Globalization;
using System.Text;

namespace EtcdDefrag.Live;

/// <summary>A stream to the user that keeps out of the live line's way.</summary>
/// <param name="inner">The stream itself; left open.</param>
/// <param name="line">The line.</param>
/// <param name="onScreen">Whether the stream is a terminal, so that both are on one screen.</param>
internal sealed class LiveWriter(TextWriter inner, LiveLine line, bool onScreen) : TextWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write($"{value}\n");

    public override void Write(ReadOnlySpan<char> buffer) => line.Write(inner, buffer, onScreen);

    public override void Flush() => inner.Flush();
}
