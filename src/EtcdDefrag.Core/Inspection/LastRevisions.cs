namespace EtcdDefrag.Core.Inspection;

/// <summary>The last revision of every key, by the key's hash. Takes at most 32 bytes a key, and never two copies.</summary>
/// <remarks>
/// <para>
/// A hash table with linear probing, its entries in the order of their hashes: an entry lies at or behind the place that its
/// hash names, and no slot between is empty. So it can be filled to 85 %, and be spread out in place when it grows.
/// </para>
/// <para>
/// Two keys with the same 64-bit hash share an entry. Their versions don't follow one another then, which the caller sees
/// (<see cref="LastRevision.Precedes"/>). The chance of any such pair among 10 million keys is one in 370,000.
/// </para>
/// </remarks>
internal sealed class LastRevisions
{
    private const int ChunkBits = 16;
    private const int ChunkSize = 1 << ChunkBits;
    private const double Fullest = 0.85;
    private const double Growth = 1.12;

    // Chosen: 9 MiB at a time, so that a table of some million keys has to grow a few times only.
    private const int FewestChunks = 6;

    // Behind the last place that a hash can name: room for those that were moved on.
    private const int Margin = 2048;

    // Keeps the compiler from leaving the reads out.
    private ulong _warmed;
    private LastRevision[][] _chunks = [new LastRevision[ChunkSize]];

    /// <summary>How many keys there are.</summary>
    public long Count { get; private set; }

    private long Slots => (long)_chunks.Length << ChunkBits;

    /// <summary>The entry of a hash; one with <see cref="LastRevision.Count"/> 0 is new. Valid until the next call.</summary>
    public ref LastRevision Entry(ulong hash)
    {
        var slot = Home(hash);
        while (true)
        {
            ref var entry = ref At(slot);
            if (entry.Hash == hash)
            {
                return ref entry;
            }

            if (entry.Hash == 0 || entry.Hash > hash)
            {
                return ref Insert(slot, hash);
            }

            slot++;
        }
    }

    /// <summary>Reads where these hashes lie, all at once: the memory answers one after the other else.</summary>
    public void Warm(ReadOnlySpan<ulong> hashes)
    {
        foreach (var hash in hashes)
        {
            _warmed ^= At(Home(hash)).Hash;
        }
    }

    /// <summary>Whether the revision with this ordinal is the last of the key with this hash.</summary>
    public bool IsLast(ulong hash, long ordinal, out bool isTombstone)
    {
        for (var slot = Home(hash); At(slot).Hash != 0 && At(slot).Hash <= hash; slot++)
        {
            if (At(slot).Hash == hash)
            {
                isTombstone = At(slot).IsTombstone;
                return At(slot).Ordinal == ordinal;
            }
        }

        isTombstone = false;
        return false;
    }

    private ref LastRevision Insert(long slot, ulong hash)
    {
        if (Count + 1 > (Slots - Margin) * Fullest)
        {
            Grow();
            return ref Entry(hash);
        }

        var empty = slot;
        while (At(empty).Hash != 0)
        {
            if (++empty == Slots - 1)
            {
                Grow();
                return ref Entry(hash);
            }
        }

        MoveOn(slot, empty);
        Count++;
        ref var entry = ref At(slot);
        entry = new LastRevision { Hash = hash };
        return ref entry;
    }

    // Moves the entries from a slot up to an empty one by one slot.
    private void MoveOn(long slot, long empty)
    {
        var chunk = _chunks[(int)(empty >> ChunkBits)];
        if (slot >> ChunkBits == empty >> ChunkBits)
        {
            var first = (int)(slot & (ChunkSize - 1));
            Array.Copy(chunk, first, chunk, first + 1, (int)(empty - slot));
            return;
        }

        for (; empty > slot; empty--)
        {
            At(empty) = At(empty - 1);
        }
    }

    private void Grow()
    {
        var from = Slots - 1;
        LastRevision[][] more = new LastRevision[Math.Max(FewestChunks, (int)(_chunks.Length * Growth) - _chunks.Length)][];
        for (var i = 0; i < more.Length; i++)
        {
            more[i] = new LastRevision[ChunkSize];
        }

        _chunks = [.. _chunks, .. more];

        var end = Slots;
        for (; from >= 0; from--)
        {
            if (At(from).Hash != 0)
            {
                At(--end) = At(from);
            }
        }

        SpreadFrom(end);
    }

    // All entries lie at the end, from this slot on. None is moved behind the slot that it is read from.
    private void SpreadFrom(long from)
    {
        long next = 0;
        for (; from < Slots; from++)
        {
            var entry = At(from);
            var to = Math.Max(next, Home(entry.Hash));
            if (to > from)
            {
                throw new InvalidOperationException("the table of revisions has no room at its end");
            }

            Clear(next, to);
            At(to) = entry;
            next = to + 1;
        }

        Clear(next, Slots);
    }

    private void Clear(long from, long to)
    {
        for (; from < to; from++)
        {
            At(from) = default;
        }
    }

    private long Home(ulong hash) => (long)Math.BigMul(hash, (ulong)(Slots - Margin), out _);

    private ref LastRevision At(long slot) => ref _chunks[(int)(slot >> ChunkBits)][(int)slot & (ChunkSize - 1)];
}
