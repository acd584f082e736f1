using System.Buffers.Binary;

namespace EtcdDefrag.Core.Bolt;

/// <summary>Holds the list of free pages against the pages that the trees reach.</summary>
internal static class FreelistCheck
{
    private const ushort CountIsFirst = 0xFFFF;
    private const int IdSize = sizeof(ulong);

    /// <summary>Checks the list after all trees were walked through, and claims its own pages and those it names.</summary>
    /// <returns>How many pages the list itself takes, and how many it names; 0 where it is not stored or is damaged.</returns>
    public static (long Pages, long Ids) Run(BoltFile file)
    {
        if (!file.Meta.HasFreelist)
        {
            return default;
        }

        var hadErrors = file.Findings.Errors > 0;
        try
        {
            if (Open(file, out var pages, out var start, out var count) is { } fault)
            {
                file.Report(fault.Id, file.Meta.Freelist, "", $"the freelist, page {file.Meta.Freelist}, {fault.Text}");
                return (pages, 0);
            }

            ClaimFree(file, start, count);
            if (!hadErrors)
            {
                NoteLost(file);
            }

            return (pages, count);
        }
        catch (PageReadException e)
        {
            file.Report(FindingIds.PageUnreadable, file.Meta.Freelist, "", $"the freelist cannot be read: {e.Message}");
            return default;
        }
    }

    /// <summary>How many pages are free by the list's own account.</summary>
    /// <returns>Null where it is damaged.</returns>
    public static long? CountFree(BoltFile file) => Open(file, out _, out _, out var count) is null ? count : null;

    private static PageFault? Open(BoltFile file, out long pages, out long start, out long count)
    {
        (pages, start, count) = (0, 0, 0);
        var id = file.Meta.Freelist;
        if (id < 2 || id >= (ulong)file.Pages)
        {
            return new PageFault(FindingIds.Freelist, $"lies outside of the file's {file.Pages} pages");
        }

        Span<byte> head = stackalloc byte[PageHeader.Size + IdSize];
        file.Source.Read((long)id * file.PageSize, head);
        var header = PageHeader.Read(head);
        if (header.Id != id)
        {
            return new PageFault(FindingIds.PageId, $"says that it is page {header.Id}");
        }

        if (header.Kind != PageKind.Freelist)
        {
            return new PageFault(FindingIds.PageKind, $"is no freelist page: flags {header.Flags:x}");
        }

        if ((long)id + header.Pages > file.Pages)
        {
            return new PageFault(FindingIds.PageBounds, $"has {header.Overflow} overflow pages, which end beyond the file");
        }

        if (file.Map.Claim((long)id, header.Pages) is { } twice)
        {
            return new PageFault(FindingIds.PageTwice, $"has page {twice}, which a tree reaches too");
        }

        var isFirst = header.Count == CountIsFirst;
        var named = isFirst ? BinaryPrimitives.ReadUInt64LittleEndian(head[PageHeader.Size..]) : header.Count;
        var offset = PageHeader.Size + (isFirst ? IdSize : 0);
        pages = header.Pages;
        if (named > (ulong)((pages * file.PageSize) - offset) / IdSize)
        {
            return new PageFault(FindingIds.PageBounds, $"names {named} free pages, which do not fit into its {pages} pages");
        }

        start = ((long)id * file.PageSize) + offset;
        count = (long)named;
        return null;
    }

    private static void ClaimFree(BoltFile file, long start, long count)
    {
        var buffer = new byte[IdSize * Math.Min(count, 8192)];
        ulong last = 1;
        while (count > 0)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, count * IdSize));
            file.Source.Read(start, part);
            start += part.Length;
            count -= part.Length / IdSize;
            for (; part.Length > 0; part = part[IdSize..])
            {
                var free = BinaryPrimitives.ReadUInt64LittleEndian(part);
                if (free <= last || free >= file.Meta.HighWaterMark)
                {
                    var text = $"the freelist has page {free} after page {last}, of {file.Meta.HighWaterMark}: they must ascend";
                    file.Report(FindingIds.Freelist, file.Meta.Freelist, "", text);
                }
                else if (free < (ulong)file.Pages && file.Map.Claim((long)free, 1) is not null)
                {
                    var text = $"page {free} is in use and in the freelist: etcd may write over it";
                    file.Report(FindingIds.PageFreeInUse, free, "", text);
                }

                last = Math.Max(last, free);
            }
        }
    }

    private static void NoteLost(BoltFile file)
    {
        for (var (first, count) = file.Map.NextUnclaimed(0); count > 0; (first, count) = file.Map.NextUnclaimed(first + count))
        {
            var text = count == 1
                ? $"page {first} is neither in use nor free"
                : $"pages {first} to {first + count - 1} are neither in use nor free";
            file.Findings.Add(new Finding(FindingIds.PageLost, FindingSeverity.Warning, text)
            {
                Page = (ulong)first,
                Advice = "no data are missing: a rewrite gives the space back",
            });
        }
    }
}
