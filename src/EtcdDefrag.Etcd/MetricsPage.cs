using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Etcd;

/// <summary>Picks the few lines that matter out of etcd's metrics page (150 to 200 kB) while it streams by.</summary>
/// <remarks>Format: Prometheus text exposition, <c>name{label="value",…} number</c>, one a line.</remarks>
internal sealed class MetricsPage
{
    /// <summary>Chosen: etcd's page has 100-200 kB; a page without end is left.</summary>
    private const int MaxPageBytes = 8 * 1024 * 1024;

    /// <summary>Chosen: longer than any line of etcd's. Longer lines are skipped.</summary>
    private const int BufferBytes = 16 * 1024;

    private ByteSize? _quota;
    private MemberId? _memberId;
    private bool? _defragmenting;
    private double? _snapshotsStarted;
    private double _snapshotsHandled;
    private double _raftSnapshots;

    /// <summary>Reads the page to its end.</summary>
    public static async Task<MemberMetrics> ReadAsync(Stream page, CancellationToken cancellationToken)
    {
        var found = new MetricsPage();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var (held, seen, skipping) = (0, 0, false);
            while (seen < MaxPageBytes)
            {
                var read = await page.ReadAsync(buffer.AsMemory(held), cancellationToken);
                seen += read;
                held = found.TakeLines(buffer, held + read, isEnd: read == 0, ref skipping);
                if (read == 0)
                {
                    break;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return found.Metrics;
    }

    private MemberMetrics Metrics => new()
    {
        MemberId = _memberId,
        Quota = _quota,
        Defragmenting = _defragmenting,
        // Not counted at the same instant: one that ends meanwhile may be missing from the first number.
        Snapshots = _snapshotsStarted is { } started ? (int)Math.Clamp(started - _snapshotsHandled, 0, int.MaxValue) : null,
        RaftSnapshots = (int)Math.Clamp(_raftSnapshots, 0, int.MaxValue),
    };

    /// <summary>Takes the whole lines, and moves what is left of the last one to the front.</summary>
    /// <returns>How many bytes are left.</returns>
    private int TakeLines(byte[] buffer, int length, bool isEnd, ref bool skipping)
    {
        var rest = buffer.AsSpan(0, length);
        while (rest.IndexOf((byte)'\n') is var end and >= 0)
        {
            TakeUnlessTooLong(rest[..end], ref skipping);
            rest = rest[(end + 1)..];
        }

        if (isEnd)
        {
            TakeUnlessTooLong(rest, ref skipping);
            return 0;
        }

        if (rest.Length == buffer.Length)
        {
            skipping = true;
            return 0;
        }

        rest.CopyTo(buffer);
        return rest.Length;
    }

    private void TakeUnlessTooLong(ReadOnlySpan<byte> line, ref bool skipping)
    {
        if (!skipping)
        {
            Take(line);
        }

        skipping = false;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (!(line.StartsWith("etcd_"u8) || line.StartsWith("grpc_server_"u8)))
        {
            return;
        }

        var end = line.IndexOfAny("{ \t"u8);
        if (end < 0)
        {
            return;
        }

        var name = line[..end];
        if (name.SequenceEqual("grpc_server_started_total"u8))
        {
            _snapshotsStarted = IsSnapshotCall(line) && Number(line) is { } started ? (_snapshotsStarted ?? 0) + started
                : _snapshotsStarted;
        }
        else if (name.SequenceEqual("grpc_server_handled_total"u8))
        {
            _snapshotsHandled += IsSnapshotCall(line) ? Number(line) ?? 0 : 0;
        }
        else if (name.SequenceEqual("etcd_network_snapshot_send_inflights_total"u8)
            || name.SequenceEqual("etcd_network_snapshot_receive_inflights_total"u8))
        {
            _raftSnapshots += Number(line) ?? 0;
        }
        else if (name.SequenceEqual("etcd_disk_defrag_inflight"u8))
        {
            _defragmenting = Number(line) is { } running ? running > 0 : null;
        }
        else if (name.SequenceEqual("etcd_server_quota_backend_bytes"u8))
        {
            _quota = Number(line) is > long.MinValue and < long.MaxValue and var bytes ? new ByteSize((long)bytes) : null;
        }
        else if (name.SequenceEqual("etcd_server_id"u8))
        {
            _memberId = Id(line) ?? _memberId;
        }
    }

    private static bool IsSnapshotCall(ReadOnlySpan<byte> line) =>
        line.IndexOf("grpc_method=\"Snapshot\""u8) >= 0 && line.IndexOf("grpc_service=\"etcdserverpb.Maintenance\""u8) >= 0;

    private static MemberId? Id(ReadOnlySpan<byte> line)
    {
        var label = "server_id=\""u8;
        if (line.IndexOf(label) is var at and >= 0 && Number(line) is > 0)
        {
            var value = line[(at + label.Length)..];
            return Utf8Parser.TryParse(value, out ulong id, out var used, 'x') && used < value.Length && value[used] == '"'
                ? new MemberId(id) : null;
        }

        return null;
    }

    /// <summary>The number behind the name and its labels; a time stamp may follow it.</summary>
    private static double? Number(ReadOnlySpan<byte> line)
    {
        var text = line[(line.LastIndexOf((byte)'}') + 1)..];
        text = text.Length == line.Length ? line[line.IndexOfAny((byte)' ', (byte)'\t')..] : text;
        text = text.Trim(" \t\r"u8);
        var end = text.IndexOfAny((byte)' ', (byte)'\t');
        return double.TryParse(Encoding.UTF8.GetString(end < 0 ? text : text[..end]), NumberStyles.Float,
            CultureInfo.InvariantCulture, out var value)
            && !double.IsNaN(value) ? value : null;
    }
}
