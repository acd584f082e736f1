namespace EtcdDefrag.Core.Text;

/// <summary>The hash FNV-1a of 64 bits.</summary>
/// <remarks>Source: RFC 9923.</remarks>
internal static class Fnv1a
{
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var next in bytes)
        {
            hash = unchecked((hash ^ next) * 0x100000001B3);
        }

        return hash;
    }
}
