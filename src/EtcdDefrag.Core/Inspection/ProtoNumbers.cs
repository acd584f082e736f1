namespace EtcdDefrag.Core.Inspection;

/// <summary>The first three fields of a protobuf message, all of them numbers; 0 where one is not there.</summary>
internal readonly record struct ProtoNumbers(ulong First, ulong Second, ulong Third)
{
    /// <summary>Reads a message up to the first field that is no number.</summary>
    public static ProtoNumbers Read(ReadOnlySpan<byte> message)
    {
        Span<ulong> numbers = stackalloc ulong[3];
        while (Varint(ref message, out var tag) && (tag & 7) == 0 && Varint(ref message, out var number))
        {
            if (tag >> 3 is >= 1 and <= 3 and var field)
            {
                numbers[(int)field - 1] = number;
            }
        }

        return new ProtoNumbers(numbers[0], numbers[1], numbers[2]);
    }

    private static bool Varint(ref ReadOnlySpan<byte> message, out ulong number)
    {
        number = 0;
        for (var i = 0; i < message.Length && i < 10; i++)
        {
            number |= (ulong)(message[i] & 0x7F) << (7 * i);
            if (message[i] < 0x80)
            {
                message = message[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
