namespace EtcdDefrag.Core.Offline;

/// <summary>What a bucket holds, for comparing two files. Two buckets with the same content have equal digests.</summary>
/// <param name="Name">The bucket, printable. Nested buckets are joined by a slash.</param>
/// <param name="Sequence">bbolt's sequence of the bucket; etcd does not use it.</param>
/// <param name="Keys">How many keys, those of nested buckets not counted.</param>
/// <param name="KeyBytes">Bytes of all keys.</param>
/// <param name="ValueBytes">Bytes of all values.</param>
/// <param name="Hash">CRC-32C of name, keys and values in order.</param>
public sealed record BucketDigest(string Name, ulong Sequence, long Keys, long KeyBytes, long ValueBytes, uint Hash);
