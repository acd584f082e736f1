using System.Buffers.Binary;

namespace EtcdDefrag.Etcd.Discovery;

/// <summary>What a DNS server answered.</summary>
/// <param name="Code">How it ended.</param>
/// <param name="Truncated">Whether there is more than fits a datagram.</param>
/// <param name="Answers">The records of the answer section of the kinds we know.</param>
internal sealed record DnsReply(DnsCode Code, bool Truncated, IReadOnlyList<DnsRecord> Answers);

/// <summary>Response codes.</summary>
/// <remarks>Source: RFC 1035, section 4.1.1. Others keep their number.</remarks>
internal enum DnsCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
}

/// <summary>A record.</summary>
/// <param name="Owner">Whose it is.</param>
internal abstract record DnsRecord(string Owner);

/// <summary>The owner is another name for the target.</summary>
internal sealed record AliasRecord(string Owner, string Target) : DnsRecord(Owner);

/// <summary>Where a service is offered.</summary>
/// <param name="Owner">The service's name.</param>
/// <param name="Priority">Lower ones first, 0..65535.</param>
/// <param name="Weight">Share among equal priorities, 0..65535.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Target">Host name without its trailing dot; "." says that the service is not offered.</param>
/// <remarks>Source: RFC 2782.</remarks>
internal sealed record SrvRecord(string Owner, int Priority, int Weight, int Port, string Target) : DnsRecord(Owner);

/// <summary>Writes questions for SRV records and reads the answers. Pure; no input makes it throw, hang, or keep more than a few times the input's size.</summary>
/// <remarks>Source: RFC 1035, section 4.1; RFC 2782.</remarks>
internal static class DnsMessage
{
    private const int HeaderBytes = 12;
    private const ushort Response = 0x8000;
    private const ushort TruncatedFlag = 0x0200;
    private const ushort RecursionDesired = 0x0100;
    private const ushort OperationBits = 0x7800;
    private const ushort CodeBits = 0x000F;
    private const ushort Internet = 1;
    private const ushort CName = 5;
    private const ushort Srv = 33;

    /// <summary>The question for a name's SRV records; null when that is no domain name.</summary>
    public static byte[]? Question(ushort id, string name)
    {
        var message = new List<byte>(64);
        foreach (var field in (ReadOnlySpan<ushort>)[id, RecursionDesired, 1, 0, 0, 0])
        {
            Add(message, field);
        }

        if (!DnsName.TryWrite(name, message))
        {
            return null;
        }

        Add(message, Srv);
        Add(message, Internet);
        return [.. message];
    }

    /// <summary>Whether this is an answer to our question, however broken the rest of it: nothing else may come between us and the server.</summary>
    public static bool Answers(ReadOnlySpan<byte> message, ushort id, string name) =>
        TryReadHead(message, id, name, out _);

    /// <summary>Reads an answer to our question.</summary>
    /// <returns>Null when it is broken, or no answer to it.</returns>
    public static DnsReply? Read(ReadOnlySpan<byte> message, ushort id, string name)
    {
        if (!TryReadHead(message, id, name, out var at))
        {
            return null;
        }

        var flags = Number(message, 2);
        var truncated = (flags & TruncatedFlag) != 0;
        var records = new List<DnsRecord>();
        for (var left = Number(message, 6); left > 0; left--)
        {
            if (!TryReadRecord(message, ref at, out var record))
            {
                // What is cut off can't be whole.
                return truncated ? new DnsReply((DnsCode)(flags & CodeBits), truncated, []) : null;
            }

            if (record is not null)
            {
                records.Add(record);
            }
        }

        return new DnsReply((DnsCode)(flags & CodeBits), truncated, records);
    }

    private static bool TryReadHead(ReadOnlySpan<byte> message, ushort id, string name, out int at)
    {
        at = HeaderBytes;
        return message.Length >= HeaderBytes
            && Number(message, 0) == id
            && (Number(message, 2) & (Response | OperationBits)) == Response
            && Number(message, 4) == 1
            && DnsName.TryRead(message, ref at, out var asked)
            && at + 4 <= message.Length
            && string.Equals(asked, name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)
            && Number(message, at) == Srv
            && Number(message, (at += 4) - 2) == Internet;
    }

    /// <returns>False when the message is broken. The record is null when it is of no kind that we know.</returns>
    private static bool TryReadRecord(ReadOnlySpan<byte> message, ref int at, out DnsRecord? record)
    {
        record = null;
        if (!DnsName.TryRead(message, ref at, out var owner) || at + 10 > message.Length)
        {
            return false;
        }

        var (type, kind, length) = (Number(message, at), Number(message, at + 2), Number(message, at + 8));
        at += 10;
        var end = at + length;
        if (end > message.Length)
        {
            return false;
        }

        var inside = at;
        at = end;
        if (kind != Internet)
        {
            return true;
        }

        switch (type)
        {
            case CName:
                if (!DnsName.TryRead(message, ref inside, out var alias) || inside != end)
                {
                    return false;
                }

                record = new AliasRecord(owner, alias);
                return true;
            case Srv:
                var fields = inside;
                inside += 6;
                if (length < 7 || !DnsName.TryRead(message, ref inside, out var target) || inside != end)
                {
                    return false;
                }

                record = new SrvRecord(owner, Number(message, fields), Number(message, fields + 2), Number(message, fields + 4), target);
                return true;
            default:
                return true;
        }
    }

    private static ushort Number(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);

    private static void Add(List<byte> message, ushort number)
    {
        message.Add((byte)(number >> 8));
        message.Add((byte)number);
    }
}
