using System.Buffers.Binary;

namespace EtcdDefrag.Storage;

/// <summary>Tells a bbolt database, also a damaged one, from everything else, by the magic number that both
/// its meta pages have.</summary>
internal static class Signature
{
    // Source: bbolt, struct meta behind the page's header.
    public const int Offset = 16;
    public const int Size = 4;
    private const uint Magic = 0xED0CDAED;

    /// <exception cref="StorageException">It is something else.</exception>
    public static void Require(IFileCalls calls, DatabaseFile file, string name)
    {
        var first = new byte[FirstBytes.Length];
        try
        {
            var length = Transfer.Read(calls, file.Descriptor, 0, first);
            // the second meta page, behind a first of 1 to 64 KiB
            if (!IsAt(0) && !Enumerable.Range(10, 7).Any(bits => IsAt(1L << bits)))
            {
                throw new StorageException(StorageFault.Usage, $"{name}: {FirstBytes.Describe(first.AsSpan(0, length))}");
            }
        }
        catch (FileCallException e)
        {
            throw new StorageException(StorageFault.Failed, $"{file.Path} can't be read: {e.Reason}", e);
        }

        bool IsAt(long page)
        {
            Span<byte> magic = stackalloc byte[Size];
            return Transfer.Read(calls, file.Descriptor, page + Offset, magic) == Size
                && BinaryPrimitives.ReadUInt32LittleEndian(magic) == Magic;
        }
    }
}
