namespace EtcdDefrag.Testing.Etcd;

/// <summary>Makes a cluster's databases big, then mostly empty: what a defragmentation is for.</summary>
public static class Filler
{
    private const int ValueBytes = 32 * 1024;

    // 512 KiB a transaction: well below --max-request-bytes (1.5 MiB), and one raft entry.
    private const int PairsPerTransaction = 16;

    private const int Writers = 4;

    /// <summary>Brings every member's file to at least <paramref name="onDisk"/> bytes of which about <paramref name="live"/> hold data.</summary>
    /// <remarks>Compacts, and waits until every member says that the rest is free: that comes later than compaction's answer.</remarks>
    public static async Task FragmentAsync(EtcdCluster cluster, long onDisk, long live, CancellationToken cancellationToken)
    {
        var gateway = (await cluster.LeaderAsync(cancellationToken)).Gateway;
        await WriteAsync(gateway, "live/", live, cancellationToken);
        await WriteAsync(gateway, "junk/", onDisk - live, cancellationToken);
        await InsistAsync(() => gateway.DeleteAsync("junk/", "junk0", cancellationToken));
        await CompactAsync(gateway, cancellationToken);
        await WaitSettledAsync(cluster, live + (onDisk / 8) + (4 * 1024 * 1024), cancellationToken);
    }

    /// <summary>Writes so many bytes of random values under a prefix, by several writers at once.</summary>
    public static async Task WriteAsync(Gateway gateway, string prefix, long bytes, CancellationToken cancellationToken)
    {
        var count = (int)(bytes / ValueBytes);
        var random = new Random(17);
        var values = Enumerable.Range(0, PairsPerTransaction).Select(_ => new byte[ValueBytes]).ToArray();
        Array.ForEach(values, random.NextBytes);

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, count).Chunk(PairsPerTransaction), parallel, async (numbers, stop) =>
            await InsistAsync(() => gateway.PutAsync(numbers.Select((number, index) => ($"{prefix}{number:d8}", values[index])), stop)));
    }

    /// <summary>Writes under a prefix until this quota is reached and the alarm is raised.</summary>
    public static Task WriteUntilFullAsync(EtcdCluster cluster, string prefix, long quota, CancellationToken cancellationToken) => Wait.UntilAsync(
        "a NOSPACE alarm",
        async () =>
        {
            try
            {
                // The same keys again are new revisions, which take as much room.
                await WriteAsync(cluster.Members[0].Gateway, prefix, 2 * quota, cancellationToken);
            }
            catch (HttpRequestException)
            {
                // Refused for lack of space, which the alarm shows, or given up by a busy etcd.
            }

            return (await cluster.Control.LinesAsync(cancellationToken, "alarm", "list")).Any(line => line.Contains("NOSPACE", StringComparison.Ordinal));
        },
        cancellationToken);

    /// <summary>Compacts away everything but the current revision.</summary>
    public static async Task CompactAsync(Gateway gateway, CancellationToken cancellationToken)
    {
        var revision = (await gateway.StatusAsync(cancellationToken)).Revision;
        await gateway.CompactAsync(revision, cancellationToken);
    }

    // A busy etcd may give a write up ("request timed out"); the same keys and values once more are harmless.
    private static async Task InsistAsync(Func<Task> write)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await write();
                return;
            }
            catch (HttpRequestException problem) when (attempt < 3 && !problem.Message.Contains("database space exceeded", StringComparison.Ordinal))
            {
            }
        }
    }

    // The figure is renewed when the backend commits, and it commits only what there is: so each look is after a small write.
    private static async Task WaitSettledAsync(EtcdCluster cluster, long inUseAtMost, CancellationToken cancellationToken)
    {
        foreach (var member in cluster.Members.Where(member => member.IsRunning))
        {
            await Wait.UntilAsync(
                $"{member.Name} has at most {inUseAtMost} bytes in use",
                async () =>
                {
                    await member.Gateway.PutAsync("settle", "now", cancellationToken);
                    return (await member.Gateway.StatusAsync(cancellationToken)).DbSizeInUse <= inUseAtMost;
                },
                cancellationToken);
        }
    }
}
