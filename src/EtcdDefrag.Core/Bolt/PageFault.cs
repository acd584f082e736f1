namespace EtcdDefrag.Core.Bolt;

/// <summary>Why a page cannot be used.</summary>
/// <param name="Id">Which kind, one of <see cref="FindingIds"/>.</param>
/// <param name="Text">The reason, as the second half of a sentence that begins with the page.</param>
public sealed record PageFault(string Id, string Text)
{
    internal static PageFault Count(int count, long bytes) =>
        new(FindingIds.PageBounds, $"has {count} elements by its header, which cannot be in a page of {bytes} bytes");

    internal static PageFault KeySize(int element, long size) =>
        new(FindingIds.KeyEmpty, $"has a key of {size} bytes at element {element}, where 1 to {PageHeader.LongestKey} are right");

    internal static PageFault Outside(int element, long start, long end, long first, long last) =>
        new(FindingIds.PageBounds, $"has element {element} at bytes {start} to {end}, where {first} to {last} are left for it");

    internal static PageFault OutOfOrder(int element, ReadOnlySpan<byte> before, ReadOnlySpan<byte> key)
    {
        var (first, second) = (KeyText.Of(before), KeyText.Of(key));
        return new(FindingIds.KeyOrder, $"has keys out of order: element {element} is \"{second}\" after \"{first}\"");
    }

    internal static PageFault Unreadable(PageReadException e) => new(FindingIds.PageUnreadable, $"cannot be read: {e.Message}");
}
