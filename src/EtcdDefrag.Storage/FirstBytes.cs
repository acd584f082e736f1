namespace EtcdDefrag.Storage;

/// <summary>What a file is that is no database, by how it begins.</summary>
public static class FirstBytes
{
    /// <summary>How many bytes are looked at.</summary>
    public const int Length = 64;

    // Source: the formats' own signatures, as file(1) knows them.
    private static readonly (byte[] Signature, string What)[] Known =
    [
        ([0x1f, 0x8b], "it is compressed with gzip: unpack it first (gunzip)"),
        ([0x28, 0xb5, 0x2f, 0xfd], "it is compressed with zstd: unpack it first (unzstd)"),
        ([0xfd, .. "7zXZ"u8], "it is compressed with xz: unpack it first (unxz)"),
        ([.. "BZh"u8], "it is compressed with bzip2: unpack it first (bunzip2)"),
        ([0x04, 0x22, 0x4d, 0x18], "it is compressed with lz4: unpack it first (unlz4)"),
        ([.. "PK"u8, 0x03, 0x04], "it is a zip archive: unpack it first (unzip)"),
        ([.. "Salted__"u8], "it is encrypted by openssl enc: decrypt it first"),
        ([.. "age-encryption.org/"u8], "it is encrypted by age: decrypt it first"),
        ([.. "-----BEGIN PGP MESSAGE"u8], "it is encrypted by PGP: decrypt it first"),
        ([.. "-----BEGIN AGE ENCRYPTED"u8], "it is encrypted by age: decrypt it first"),
        ([.. "SQLite format 3\0"u8], "it is a database of SQLite (k3s without etcd?)"),
        ([0x7f, .. "ELF"u8], "it is a program"),
    ];

    /// <summary>Says what it is.</summary>
    /// <param name="bytes">The file's beginning.</param>
    /// <returns>The second half of a sentence.</returns>
    public static string Describe(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "it is empty; restore the member from a snapshot, or from the other members (member remove, member add)";
        }

        foreach (var (signature, what) in Known)
        {
            if (bytes.StartsWith(signature))
            {
                return what;
            }
        }

        return bytes.ContainsAnyExcept((byte)0)
            ? "it is no database of etcd (no valid meta page): encrypted, of another program, or destroyed at its beginning; name another file, or restore from a snapshot"
            : "its beginning is all zeros: a disk or a copy that lost it; restore from a snapshot, or from the other members (member remove, member add)";
    }
}
