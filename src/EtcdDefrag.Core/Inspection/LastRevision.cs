namespace EtcdDefrag.Core.Inspection;

/// <summary>The last revision of one key so far: 24 bytes, whatever the key's length.</summary>
internal struct LastRevision
{
    private const int OrdinalBits = 40;
    private const ulong VersionMask = 0x3FFFFF;
    private const ulong TombstoneBit = 1UL << 62;
    private const ulong LeaseBit = 1UL << 63;

    private ulong _packed;

    /// <summary>The key's hash; 0 in an empty slot.</summary>
    public ulong Hash;

    /// <summary>Bytes of the revision, as etcd stores key and value.</summary>
    public uint Size;

    /// <summary>How many revisions of the key were seen.</summary>
    public uint Count;

    /// <summary>Which revision of the file it is, counted from 0 in the order of the file.</summary>
    public readonly long Ordinal => (long)(_packed & ((1UL << OrdinalBits) - 1));

    /// <summary>Whether it is a deletion.</summary>
    public readonly bool IsTombstone => (_packed & TombstoneBit) != 0;

    /// <summary>Whether the key hangs on a lease.</summary>
    public readonly bool HasLease => (_packed & LeaseBit) != 0;

    /// <summary>Whether a revision with this version can follow: it is one higher, or 1 after a deletion.</summary>
    public readonly bool Precedes(long version, bool isTombstone)
    {
        if (isTombstone)
        {
            return !IsTombstone;
        }

        var last = (_packed >> OrdinalBits) & VersionMask;
        return IsTombstone ? version == 1 : (((ulong)version - 1) & VersionMask) == last;
    }

    /// <summary>Takes in the next revision of the key.</summary>
    public void Set(long ordinal, long version, bool isTombstone, bool hasLease, long size)
    {
        _packed = ((ulong)ordinal & ((1UL << OrdinalBits) - 1)) | (((ulong)version & VersionMask) << OrdinalBits)
            | (isTombstone ? TombstoneBit : 0) | (hasLease ? LeaseBit : 0);
        Size = (uint)Math.Min(size, uint.MaxValue);
        Count += Count == uint.MaxValue ? 0u : 1;
    }
}
