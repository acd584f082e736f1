using System.Text.Json.Nodes;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Integration.Tests;

/// <summary>What the fault tests share: clusters, the tool in the background, and what the servers' logs say.</summary>
internal static class Scene
{
    public const long Megabyte = 1024 * 1024;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Both ends of what we support: where versions differ, they differ between these.</summary>
    public static TheoryData<string> OldestAndNewest { get; } = new(EtcdBinaries.Oldest.ToString(), EtcdBinaries.Newest.ToString());

    public static Task<EtcdCluster> ClusterAsync(ClusterOptions? options = null) => EtcdCluster.StartAsync(EtcdBinaries.Newest, Stop, options);

    public static Task<EtcdCluster> ClusterAsync(string version, ClusterOptions? options = null) => EtcdCluster.StartAsync(EtcdBinaries.Of(version), Stop, options);

    /// <summary>Starts the tool on the whole cluster.</summary>
    public static Task<RunningProcess> StartAsync(EtcdCluster cluster, params string[] flags) => Tool.StartAsync(["--endpoints", cluster.Endpoints, .. flags]);

    public static Task<ProcessResult> RunAsync(EtcdCluster cluster, params string[] flags) => Tool.RunAsync(["--endpoints", cluster.Endpoints, .. flags], Stop);

    public static Task<ProcessResult> EndAsync(RunningProcess running) => running.FinishAsync(TimeSpan.FromMinutes(6), Stop);

    /// <summary>The order of work that the tool announced, as members.</summary>
    public static IReadOnlyList<EtcdMember> Announced(EtcdCluster cluster, string output)
    {
        var line = output.Split('\n').First(text => text.Contains("endpoint(s) need to be defragmented: [", StringComparison.Ordinal));
        var endpoints = line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..line.IndexOf(']', StringComparison.Ordinal)].Split(' ');
        return [.. endpoints.Select(endpoint => cluster.Members.First(member => endpoint.EndsWith(member.Endpoint, StringComparison.Ordinal)))];
    }

    /// <summary>Waits for the pause after the first member, and tells who it was.</summary>
    public static async Task<EtcdMember> FirstPauseAsync(EtcdCluster cluster, RunningProcess running)
    {
        await running.WaitForLineAsync("for next operation", Stop);
        return cluster.Members.Single(member => member.Name == Assert.Single(cluster.Defragmentations).Member);
    }

    /// <summary>Makes a cluster whose members have so much to copy that a defragmentation can be caught at it, and something to give back.</summary>
    public static Task FillAsync(EtcdCluster cluster) => Filler.FragmentAsync(cluster, onDisk: 72 * Megabyte, live: 48 * Megabyte, Stop);

    /// <summary>The members that began a defragmentation, in order; a member can be there twice.</summary>
    public static IReadOnlyList<string> Defragmented(EtcdCluster cluster) => [.. cluster.Defragmentations.Select(one => one.Member)];

    public static void AssertNeverTwoAtOnce(EtcdCluster cluster)
    {
        var all = cluster.Defragmentations;
        Assert.All(all.Zip(all.Skip(1)), pair => Assert.False(pair.First.Overlaps(pair.Second), $"{pair.First} overlaps {pair.Second}"));
    }

    /// <summary>No member was defragmented and no history was compacted.</summary>
    public static void AssertUntouched(EtcdCluster cluster)
    {
        Assert.Empty(cluster.Defragmentations);
        Assert.DoesNotContain(cluster.Members.SelectMany(member => member.LogLines), IsCompaction);
    }

    public static void AssertRefused(ProcessResult result, params string[] words)
    {
        Assert.Equal(3, result.ExitCode);
        Assert.All(words, word => Assert.Contains(word, result.Error, StringComparison.Ordinal));
        Assert.Contains("Nothing was changed.", result.Error, StringComparison.Ordinal);
    }

    public static Task RaiseAlarmAsync(EtcdMember member, string alarm, ulong memberId) => member.Gateway.CallAsync(
        "maintenance/alarm",
        new JsonObject { ["action"] = "ACTIVATE", ["alarm"] = alarm, ["memberID"] = memberId.ToString(System.Globalization.CultureInfo.InvariantCulture) },
        Stop);

    public static Task<IReadOnlyList<string>> AlarmsAsync(EtcdCluster cluster) => cluster.Control.LinesAsync(Stop, "alarm", "list");

    // 3.4: "finished scheduled compaction at N"; 3.5: "finished scheduled compaction".
    private static bool IsCompaction(string line) => line.Contains("finished scheduled compaction", StringComparison.Ordinal);
}
