using System.Globalization;
using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary>How much history a run leaves.</summary>
public sealed class RetentionTests
{
    private const int Kept = 5;

    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_last_revisions_stay_readable_and_those_before_are_gone(string version)
    {
        await using var cluster = await ClusterAsync(version);
        for (var number = 1; number <= 20; number++)
        {
            await cluster.Members[0].Gateway.PutAsync("key", $"value {number}", Stop);
        }

        await cluster.WaitAppliedAsync(Stop);
        var now = (await cluster.Members[0].Gateway.StatusAsync(Stop)).Revision;
        var result = await RunAsync(cluster, "--compaction-retain-revisions", Kept.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"Running compaction until revision: {now - Kept} ... successful", result.Output, StringComparison.Ordinal);
        Assert.Equal("value 15", await ReadAsync(cluster, now - Kept));
        Assert.Equal("value 20", await ReadAsync(cluster, now));
        Assert.Null(await ReadAsync(cluster, now - Kept - 1));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task History_that_is_gone_already_is_no_failure(string version)
    {
        await using var cluster = await ClusterAsync(version);
        await cluster.Members[0].Gateway.PutAsync("key", "value", Stop);
        Assert.Equal(0, (await RunAsync(cluster)).ExitCode);

        var again = await RunAsync(cluster);

        Assert.Equal(0, again.ExitCode);
        Assert.Contains(again.OutputLines, line => line.EndsWith("... already compacted", StringComparison.Ordinal));
        Assert.DoesNotContain("Waiting until all members have freed", again.Error, StringComparison.Ordinal);
        Assert.Equal(6, Defragmented(cluster).Count);
    }

    private static async Task<string?> ReadAsync(EtcdCluster cluster, long revision)
    {
        var result = await cluster.Control.RunAsync(["get", "key", "--print-value-only", "--rev", revision.ToString(CultureInfo.InvariantCulture)], Stop);
        return result.ExitCode == 0 ? result.OutputLines[0] : null;
    }
}
