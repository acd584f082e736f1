using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Cli;

/// <summary>Numbers of bytes: Go's integers, as the original takes them, and sizes with units.</summary>
internal static class SizeValue
{
    public static bool TryParse(string text, out ByteSize value, out string problem)
    {
        // Go's integers first: 0x… and _ are spelled as nothing that ByteSize knows.
        if (GoNumber.TryParseInteger(text, out var bytes, out _))
        {
            (value, problem) = (new ByteSize(bytes), "");
            return true;
        }

        var isSize = ByteSize.TryParse(text, out value, out var notSize);
        problem = notSize is null ? "" : "it " + notSize;
        return isSize;
    }
}
