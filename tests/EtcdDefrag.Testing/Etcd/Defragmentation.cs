namespace EtcdDefrag.Testing.Etcd;

/// <summary>One defragmentation as the server's own log tells it.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Started">When the backend began.</param>
/// <param name="Ended">When the backend was done; null while it is not, or when the server died.</param>
/// <param name="BytesBefore">The backend file's size at the begin.</param>
/// <param name="BytesAfter">The backend file's size at the end; null like the end.</param>
public sealed record Defragmentation(string Member, DateTimeOffset Started, DateTimeOffset? Ended, long BytesBefore, long? BytesAfter)
{
    /// <summary>Whether both were under way at the same moment; one without an end never ends.</summary>
    public bool Overlaps(Defragmentation other) =>
        Started < (other.Ended ?? DateTimeOffset.MaxValue) && other.Started < (Ended ?? DateTimeOffset.MaxValue);
}
