using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Cli;

/// <summary>Numbers of bytes: Go's integers, as the original takes them, and sizes with units.</summary>
internal static class SizeValue
{
    public static bool TryParse(string text, out ByteSize value, out string problem)
    {
        var good = GoNumber.TryParseInteger(text, out var bytes, out problem);
        value = new ByteSize(bytes);
        return good;
    }
}
