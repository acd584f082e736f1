using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Keyspace;

/// <summary>Is told what etcd's buckets hold, in the order of the file. What is damaged is left out.</summary>
public interface IEtcdVisitor
{
    /// <summary>A change of a user's key.</summary>
    /// <param name="revision">The revision; its length in the file is part of the sizes.</param>
    /// <param name="value">The message; good during the call.</param>
    /// <param name="stored">What the message says.</param>
    void Revision(RevisionKey revision, ValueBytes value, in KeyValueView stored);

    /// <summary>A pair of one of the other buckets; good during the call.</summary>
    void Pair(string bucket, ReadOnlySpan<byte> key, ValueBytes value);
}
