using System.Buffers.Binary;

namespace EtcdDefrag.Core.Keyspace;

/// <summary>A key of the key bucket: the revision that wrote, as 17 bytes, or 18 for a deletion.</summary>
/// <param name="Main">The revision of the transaction.</param>
/// <param name="Sub">Which change of the transaction it is.</param>
/// <param name="IsTombstone">Whether it is a deletion.</param>
/// <remarks>
/// Source: etcd server/storage/mvcc/revision.go. Main and sub are big endian with an underscore between them;
/// a deletion ends with <c>t</c>.
/// </remarks>
public readonly record struct RevisionKey(long Main, long Sub, bool IsTombstone)
{
    private const int PutSize = 17;

    /// <summary>Bytes that it takes in the file.</summary>
    public int Size => IsTombstone ? PutSize + 1 : PutSize;

    /// <summary>Reads a key.</summary>
    /// <returns>False when it is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> key, out RevisionKey revision)
    {
        revision = default;
        if (key.Length is not (PutSize or PutSize + 1) || key[8] != '_' || (key.Length > PutSize && key[PutSize] != 't'))
        {
            return false;
        }

        var main = BinaryPrimitives.ReadInt64BigEndian(key);
        revision = new RevisionKey(main, BinaryPrimitives.ReadInt64BigEndian(key[9..]), key.Length > PutSize);
        return revision is { Main: >= 0, Sub: >= 0 };
    }

    /// <summary>For people: <c>120_0</c>, with a <c>t</c> for a deletion.</summary>
    public override string ToString() => $"{Main}_{Sub}{(IsTombstone ? "t" : "")}";
}
