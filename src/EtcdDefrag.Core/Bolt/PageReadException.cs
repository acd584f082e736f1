using System.Diagnostics.CodeAnalysis;

namespace EtcdDefrag.Core.Bolt;

/// <summary>A part of the file that could not be read.</summary>
[SuppressMessage("Design", "CA1032", Justification = "The place and the system's words are what it is for.")]
public sealed class PageReadException : IOException
{
    /// <summary>A part of the file that could not be read.</summary>
    /// <param name="offset">Where the part begins, in bytes from the beginning of the file.</param>
    /// <param name="length">How long it is, in bytes.</param>
    /// <param name="reason">What the system said, e.g. <c>Input/output error</c>.</param>
    public PageReadException(long offset, long length, string reason)
        : base($"{length} bytes at offset {offset} cannot be read: {reason}")
    {
        Offset = offset;
        Length = length;
        Reason = reason;
    }

    /// <summary>Where the part begins, in bytes from the beginning of the file.</summary>
    public long Offset { get; }

    /// <summary>How long it is, in bytes.</summary>
    public long Length { get; }

    /// <summary>What the system said.</summary>
    public string Reason { get; }
}
