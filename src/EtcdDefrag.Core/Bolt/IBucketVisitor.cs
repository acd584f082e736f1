namespace EtcdDefrag.Core.Bolt;

/// <summary>Is told what a database holds, in the order of keys.</summary>
public interface IBucketVisitor
{
    /// <summary>A bucket begins. All until its end is in it; a bucket within it comes at its place between the keys.</summary>
    /// <param name="name">Its name; good during the call.</param>
    /// <param name="path">Its name for people, with those of the buckets around it.</param>
    /// <param name="sequence">bbolt's sequence of it.</param>
    void BeginBucket(ReadOnlySpan<byte> name, string path, ulong sequence);

    /// <summary>A key of the bucket that began last and has not ended.</summary>
    /// <param name="key">The key; good during the call.</param>
    /// <param name="value">Its value; good during the call.</param>
    /// <param name="page">The page it lies in.</param>
    void Pair(ReadOnlySpan<byte> key, ValueBytes value, ulong page);

    /// <summary>The bucket that began last has ended.</summary>
    void EndBucket();
}
