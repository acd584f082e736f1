using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Keyspace;

/// <summary>A value of the key bucket, read in place: etcd's protobuf message mvccpb.KeyValue.</summary>
public readonly ref struct KeyValueView
{
    // A tag of at most 5 bytes and a number of at most 10.
    private const int LongestField = 15;

    private KeyValueView(Fields fields) => (Key, CreateRevision, ModRevision, Version, ValueLength, Lease) =
        (fields.Key, fields.Create, fields.Mod, fields.Version, fields.ValueLength, fields.Lease);

    /// <summary>Where the user's key lies in the message, and how long it is.</summary>
    public (long Start, long Length) Key { get; }

    /// <summary>The revision that created the key; 0 in a tombstone.</summary>
    public long CreateRevision { get; }

    /// <summary>The revision of this change; 0 in a tombstone.</summary>
    public long ModRevision { get; }

    /// <summary>How often the key was written since it was created; 0 in a tombstone.</summary>
    public long Version { get; }

    /// <summary>Bytes of the user's value.</summary>
    public long ValueLength { get; }

    /// <summary>The lease that the key hangs on; 0: none.</summary>
    public long Lease { get; }

    /// <summary>Reads a message. Of a large one, only the parts between its long fields are read.</summary>
    /// <param name="message">The message.</param>
    /// <param name="view">What it says.</param>
    /// <returns>False when it is no such message.</returns>
    /// <exception cref="PageReadException">It could not be read.</exception>
    public static bool TryRead(ValueBytes message, out KeyValueView view)
    {
        view = default;
        var fields = default(Fields);
        long at = 0;
        while (at < message.Length)
        {
            var piece = message.Piece(at, LongestField);
            if (!TryVarint(piece, out var tag, out var used)
                || !TryField(ref fields, tag, piece[used..], at + used, message.Length, out at))
            {
                return false;
            }
        }

        view = new KeyValueView(fields);
        return true;
    }

    private static bool TryField(ref Fields fields, ulong tag, ReadOnlySpan<byte> piece, long at, long length, out long next)
    {
        next = at;
        var field = tag >> 3;
        var isBytes = (tag & 7) == 2;
        if (field is 0 or > int.MaxValue || (field <= 6 && isBytes != field is 1 or 5))
        {
            return false;
        }

        ulong number = 0;
        var used = (tag & 7) switch { 1 => 8, 5 => 4, _ => 0 };
        if ((tag & 7) is 0 or 2 ? !TryVarint(piece, out number, out used) : used == 0)
        {
            return false;
        }

        next += used;
        if (isBytes)
        {
            if (number > (ulong)(length - next))
            {
                return false;
            }

            next += (long)number;
        }

        switch (field)
        {
            case 1: fields.Key = (next - (long)number, (long)number); break;
            case 2: fields.Create = (long)number; break;
            case 3: fields.Mod = (long)number; break;
            case 4: fields.Version = (long)number; break;
            case 5: fields.ValueLength = (long)number; break;
            case 6: fields.Lease = (long)number; break;
            default: break;
        }

        return next <= length;
    }

    private static bool TryVarint(ReadOnlySpan<byte> bytes, out ulong number, out int used)
    {
        number = 0;
        for (used = 0; used < bytes.Length && used < 10;)
        {
            var next = bytes[used];
            number |= (ulong)(next & 0x7F) << (7 * used);
            used++;
            if (next < 0x80)
            {
                return used < 10 || next <= 1;
            }
        }

        return false;
    }

    private ref struct Fields
    {
        public (long Start, long Length) Key;
        public long Create;
        public long Mod;
        public long Version;
        public long ValueLength;
        public long Lease;
    }
}
