using System.Security.Cryptography;

namespace EtcdDefrag.Storage;

/// <summary>A snapshot is a database with the SHA-256 of all its bytes behind it.</summary>
/// <remarks>Source: etcd client/v3 snapshot, etcdutl snapshot. A database is a number of pages, each a
/// multiple of 512 bytes.</remarks>
public static class SnapshotFile
{
    /// <summary>Bytes of the hash.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    internal const string WrongHash =
        "the SHA-256 at the snapshot's end is not that of its content: it was changed or cut since it was saved; take another snapshot";

    /// <summary>Whether a file of this size ends with a hash.</summary>
    public static bool HasHash(long size) => size % 512 == HashSize;

    /// <summary>How many bytes of a file of this size are the database.</summary>
    public static long DatabaseSize(long size) => HasHash(size) ? size - HashSize : size;

    /// <summary>Whether the hash at a snapshot's end is right.</summary>
    /// <exception cref="FileCallException">It can't be read.</exception>
    public static bool IsIntact(IFileCalls calls, int descriptor, long size, CancellationToken stop)
    {
        var stored = new byte[HashSize];
        return Transfer.Read(calls, descriptor, size - HashSize, stored) == HashSize
            && Hash(calls, descriptor, size - HashSize, stop).AsSpan().SequenceEqual(stored);
    }

    /// <summary>Writes the hash behind a database.</summary>
    internal static void Seal(IFileCalls calls, int descriptor, long size, CancellationToken stop) =>
        Transfer.Write(calls, descriptor, size, Hash(calls, descriptor, size, stop));

    private static byte[] Hash(IFileCalls calls, int descriptor, long size, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = Transfer.NewBlock();
        for (long offset = 0; offset < size;)
        {
            stop.ThrowIfCancellationRequested();
            var count = Transfer.Read(calls, descriptor, offset, block.AsSpan(0, (int)Math.Min(block.Length, size - offset)));
            if (count == 0)
            {
                break; // it has become shorter: the hash will be another
            }

            hash.AppendData(block, 0, count);
            offset += count;
        }

        return hash.GetHashAndReset();
    }
}
