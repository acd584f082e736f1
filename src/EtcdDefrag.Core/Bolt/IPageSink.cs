namespace EtcdDefrag.Core.Bolt;

/// <summary>
/// Where a new database file goes: appended in order. Only the two meta pages at the start are written a second time, at the end.
/// </summary>
public interface IPageSink
{
    /// <summary>Adds bytes at the end: from 1 byte to 1 MiB, mostly a few kilobytes, so gather them.</summary>
    /// <param name="bytes">What is added. They belong to the caller again when this returns.</param>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Replaces bytes that were appended before.</summary>
    /// <param name="offset">In bytes from the beginning of the file.</param>
    /// <param name="bytes">What is written there; ends at or before the end of what was appended.</param>
    void WriteAt(long offset, ReadOnlySpan<byte> bytes);
}
