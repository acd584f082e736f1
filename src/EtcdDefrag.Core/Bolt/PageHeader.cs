using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace EtcdDefrag.Core.Bolt;

/// <summary>What a page is. The numbers are the file's.</summary>
[SuppressMessage("Design", "CA1027", Justification = "A page is of one kind.")]
public enum PageKind
{
    /// <summary>Of no kind, or of several.</summary>
    Unknown = 0,

    /// <summary>Names the pages below it.</summary>
    Branch = 1,

    /// <summary>Holds keys and values.</summary>
    Leaf = 2,

    /// <summary>One of the two that say where everything begins.</summary>
    Meta = 4,

    /// <summary>The list of free pages.</summary>
    Freelist = 0x10,
}

/// <summary>The first 16 bytes of a page, as they are in the file: nothing is checked.</summary>
/// <param name="Id">Which page it says it is.</param>
/// <param name="Flags">One flag of <see cref="PageKind"/>.</param>
/// <param name="Count">How many elements it has.</param>
/// <param name="Overflow">How many further pages belong to it.</param>
public readonly record struct PageHeader(ulong Id, ushort Flags, ushort Count, uint Overflow)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 16;

    /// <summary>Bytes of an element of a branch or leaf page.</summary>
    public const int ElementSize = 16;

    /// <summary>The longest key that bbolt writes.</summary>
    public const int LongestKey = 32768;

    /// <summary>What the page is.</summary>
    public PageKind Kind => Enum.IsDefined((PageKind)Flags) ? (PageKind)Flags : PageKind.Unknown;

    /// <summary>How many pages it takes, its own one included.</summary>
    public long Pages => Overflow + 1L;

    /// <summary>Reads a header from the beginning of a page.</summary>
    public static PageHeader Read(ReadOnlySpan<byte> page) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(page),
        BinaryPrimitives.ReadUInt16LittleEndian(page[8..]),
        BinaryPrimitives.ReadUInt16LittleEndian(page[10..]),
        BinaryPrimitives.ReadUInt32LittleEndian(page[12..]));

    /// <summary>Writes the header to the beginning of a page.</summary>
    public void Write(Span<byte> page)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, Id);
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(page[10..], Count);
        BinaryPrimitives.WriteUInt32LittleEndian(page[12..], Overflow);
    }
}
