using System.Buffers.Binary;
using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Tests.Bolt;

/// <summary>Makes a file look like one that a long life has fragmented: pages out of order, free ones between them.</summary>
internal static class ScatteredDatabase
{
    /// <summary>The same content, scattered.</summary>
    /// <param name="file">A file of the loader.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="seed">Where the pages go.</param>
    /// <param name="withFreelist">Whether the new file stores which pages are free.</param>
    public static byte[] Of(byte[] file, int pageSize, int seed, bool withFreelist)
    {
        var random = new Random(seed);
        var runs = file.Headers(pageSize).Where(run => run.Header.Kind is PageKind.Branch or PageKind.Leaf).ToArray();
        random.Shuffle(runs);

        var moved = new Dictionary<ulong, ulong>();
        List<ulong> free = [];
        ulong next = 2;
        foreach (var (page, header) in runs)
        {
            for (var gap = random.Next(4); gap > 0; gap--)
            {
                free.Add(next++);
            }

            moved[(ulong)page] = next;
            next += (ulong)header.Pages;
        }

        var listPages = (PageHeader.Size + (8 * (free.Count + 1)) + pageSize - 1) / pageSize;
        var list = withFreelist ? next : MetaPage.NoFreelist;
        next += withFreelist ? (ulong)listPages : 0;
        var target = new byte[(int)next * pageSize];
        random.NextBytes(target);
        foreach (var (page, header) in runs)
        {
            var length = (int)header.Pages * pageSize;
            var to = target.AsSpan((int)moved[(ulong)page] * pageSize, length);
            file.AsSpan((int)page * pageSize, length).CopyTo(to);
            Move(to, header, moved);
        }

        if (withFreelist)
        {
            var to = target.AsSpan((int)list * pageSize);
            new PageHeader(list, (ushort)PageKind.Freelist, 0xFFFF, (uint)listPages - 1).Write(to);
            BinaryPrimitives.WriteUInt64LittleEndian(to[16..], (ulong)free.Count);
            for (var i = 0; i < free.Count; i++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(to[(24 + (8 * i))..], free[i]);
            }
        }

        var meta = file.Meta(pageSize, 1);
        foreach (var transaction in (ulong[])[100, 101])
        {
            (meta with { Root = moved[meta.Root], Freelist = list, HighWaterMark = next, TransactionId = transaction })
                .Write(target.Page(pageSize, (long)(transaction % 2)));
        }

        return target;
    }

    private static void Move(Span<byte> page, PageHeader header, Dictionary<ulong, ulong> moved)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, moved[header.Id]);
        for (var i = 0; i < header.Count; i++)
        {
            if (header.Kind == PageKind.Branch)
            {
                RawPages.SetChild(page, i, moved[RawPages.Child(page, i)]);
            }
            else if (RawPages.Field(RawPages.Element(page, i), 0) == 1)
            {
                var element = RawPages.Element(page, i);
                var bucket = element[(int)(RawPages.Field(element, 4) + RawPages.Field(element, 8))..];
                var root = BinaryPrimitives.ReadUInt64LittleEndian(bucket);
                BinaryPrimitives.WriteUInt64LittleEndian(bucket, root == 0 ? 0 : moved[root]);
            }
        }
    }
}
