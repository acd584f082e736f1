using System.Buffers.Binary;
using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Tests.Bolt;

/// <summary>Ways in which a file can be hostile. Each changes the file in place or gives another one.</summary>
internal static class Mutations
{
    private static readonly ulong[] Numbers =
    [
        0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x100000000,
        long.MaxValue, ulong.MaxValue - 1, ulong.MaxValue,
    ];

    private static readonly Func<byte[], int, Random, byte[]>[] All =
    [
        Flip, Overwrite, Garble, Cut, Grow, Splice, Swap, Header, Header, Element, Element, Element, Child, Child, Child,
        SharedKeys, ShuffledKeys, Meta, Meta, TornMetas, Freelist,
    ];

    /// <summary>The file with one to four mutations.</summary>
    public static byte[] Of(byte[] file, int pageSize, Random random)
    {
        var mutated = file.ToArray();
        for (var count = random.Next(8) == 0 ? random.Next(2, 5) : 1; count > 0 && mutated.Length > 3 * pageSize; count--)
        {
            mutated = All[random.Next(All.Length)](mutated, pageSize, random);
        }

        return mutated;
    }

    private static byte[] Flip(byte[] file, int pageSize, Random random)
    {
        for (var count = random.Next(1, 20); count > 0; count--)
        {
            file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
        }

        return file;
    }

    private static byte[] Overwrite(byte[] file, int pageSize, Random random)
    {
        var at = random.Next(file.Length - 8);
        Write(file.AsSpan(at), random.Next(4) switch { 0 => 1, 1 => 2, 2 => 4, _ => 8 }, Number(random));
        return file;
    }

    private static byte[] Garble(byte[] file, int pageSize, Random random)
    {
        var page = file.Page(pageSize, random.Next(file.Length / pageSize));
        if (random.Next(2) == 0)
        {
            page.Clear();
        }
        else
        {
            random.NextBytes(page);
        }

        return file;
    }

    private static byte[] Cut(byte[] file, int pageSize, Random random) =>
        file[..(random.Next(2) == 0 ? random.Next(file.Length) : random.Next(file.Length / pageSize) * pageSize)];

    private static byte[] Grow(byte[] file, int pageSize, Random random) => [.. file, .. new byte[random.Next(3 * pageSize)]];

    // A page over another one; half of them with the right number.
    private static byte[] Splice(byte[] file, int pageSize, Random random)
    {
        var (from, to) = (random.Next(file.Length / pageSize), random.Next(file.Length / pageSize));
        file.Page(pageSize, from).CopyTo(file.Page(pageSize, to));
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(file.Page(pageSize, to), (ulong)to);
        }

        return file;
    }

    private static byte[] Swap(byte[] file, int pageSize, Random random)
    {
        var (first, second) = (random.Next(file.Length / pageSize), random.Next(file.Length / pageSize));
        var copy = file.Page(pageSize, first).ToArray();
        file.Page(pageSize, second).CopyTo(file.Page(pageSize, first));
        copy.CopyTo(file.Page(pageSize, second));
        return file;
    }

    private static byte[] Header(byte[] file, int pageSize, Random random)
    {
        var page = file.Page(pageSize, random.Next(file.Length / pageSize));
        switch (random.Next(4))
        {
            case 0: Write(page, 8, Number(random)); break;
            case 1: Write(page[8..], 2, random.Next(2) == 0 ? Number(random) : (ulong)random.Next(0x20)); break;
            case 2: Write(page[10..], 2, random.Next(2) == 0 ? Number(random) : (ulong)random.Next(300)); break;
            default: Write(page[12..], 4, random.Next(2) == 0 ? Number(random) : (ulong)random.Next(8)); break;
        }

        return file;
    }

    private static byte[] Element(byte[] file, int pageSize, Random random)
    {
        var page = AnyPage(file, pageSize, random);
        var count = Math.Clamp((int)PageHeader.Read(page).Count, 1, (page.Length / 16) - 1);
        var field = RawPages.Element(page, random.Next(count))[(4 * random.Next(4))..];
        var old = BinaryPrimitives.ReadUInt32LittleEndian(field);
        Write(field, 4, random.Next(3) switch
        {
            0 => Number(random),
            1 => old + 1 - (2 * (uint)random.Next(2)),
            _ => (ulong)random.Next(pageSize),
        });
        return file;
    }

    // Cycles, shared children, children in other buckets, children that are meta pages or nowhere.
    private static byte[] Child(byte[] file, int pageSize, Random random)
    {
        var page = AnyPage(file, pageSize, random, PageKind.Branch);
        var count = Math.Clamp((int)PageHeader.Read(page).Count, 1, (page.Length / 16) - 1);
        if (random.Next(10) == 0)
        {
            RawPages.SetCount(page, 1);
        }

        var child = random.Next(4) == 0 ? Number(random) : (ulong)random.Next(file.Length / pageSize);
        RawPages.SetChild(page, random.Next(count), child);
        return file;
    }

    // All elements stand for the same bytes: a small page for endless data.
    private static byte[] SharedKeys(byte[] file, int pageSize, Random random)
    {
        var page = AnyPage(file, pageSize, random, PageKind.Leaf);
        var count = Math.Clamp((int)PageHeader.Read(page).Count, 1, (page.Length / 16) - 1);
        for (var i = 0; i < count; i++)
        {
            Write(RawPages.Element(page, i)[4..], 4, (ulong)(16 * (count - i)));
            Write(RawPages.Element(page, i)[8..], 4, (ulong)(1 + random.Next(2)));
            Write(RawPages.Element(page, i)[12..], 4, (ulong)Math.Max(0, page.Length - (16 * (count + 2))));
        }

        return file;
    }

    private static byte[] ShuffledKeys(byte[] file, int pageSize, Random random)
    {
        var page = AnyPage(file, pageSize, random);
        var count = Math.Clamp((int)PageHeader.Read(page).Count, 1, (page.Length / 16) - 1);
        var first = RawPages.Element(page, random.Next(count))[..16];
        var second = RawPages.Element(page, random.Next(count))[..16];
        var copy = first.ToArray();
        second.CopyTo(first);
        copy.CopyTo(second);
        return file;
    }

    // A meta page that is wrong and has the right checksum.
    private static byte[] Meta(byte[] file, int pageSize, Random random)
    {
        var at = random.Next(2);
        if (MetaPage.Read(file.Page(pageSize, at), out _) is { } meta)
        {
            var number = random.Next(2) == 0 ? Number(random) : (ulong)random.Next(file.Length / pageSize);
            var changed = random.Next(6) switch
            {
                0 => meta with { Root = number },
                1 => meta with { Freelist = number },
                2 => meta with { HighWaterMark = number },
                3 => meta with { PageSize = MetaPage.SmallestPage << random.Next(7) },
                4 => meta with { PageSize = (int)number },
                _ => meta with { Sequence = number },
            };
            (changed with { TransactionId = (ulong)(1000 + at) }).Write(file.Page(pageSize, at));
        }

        return file;
    }

    private static byte[] TornMetas(byte[] file, int pageSize, Random random)
    {
        for (var page = 0; page < 2; page++)
        {
            if (random.Next(3) > 0)
            {
                file.Page(pageSize, page)[16 + random.Next(64)] ^= 0x40;
            }
        }

        return file;
    }

    private static byte[] Freelist(byte[] file, int pageSize, Random random)
    {
        var page = AnyPage(file, pageSize, random, PageKind.Freelist);
        var number = random.Next(2) == 0 ? Number(random) : (ulong)random.Next(file.Length / pageSize);
        Write(page[(16 + (8 * random.Next(8)))..], 8, number);
        return file;
    }

    // A page of that kind where a few guesses find one.
    private static Span<byte> AnyPage(byte[] file, int pageSize, Random random, PageKind? kind = null)
    {
        var page = Span<byte>.Empty;
        for (var guess = 0; guess < 50; guess++)
        {
            page = file.Page(pageSize, random.Next(file.Length / pageSize));
            var found = PageHeader.Read(page).Kind;
            if (kind is null ? found is PageKind.Leaf or PageKind.Branch : found == kind)
            {
                break;
            }
        }

        return page;
    }

    private static ulong Number(Random random) =>
        random.Next(4) == 0 ? (ulong)random.NextInt64() : Numbers[random.Next(Numbers.Length)];

    private static void Write(Span<byte> at, int bytes, ulong number)
    {
        for (var i = 0; i < bytes; i++)
        {
            at[i] = (byte)(number >> (8 * i));
        }
    }
}
