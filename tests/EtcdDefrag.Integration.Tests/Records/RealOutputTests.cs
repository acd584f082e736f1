using System.Text.RegularExpressions;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Records;

/// <summary>What scripts read, from real runs: as docs/output.schema.json says, and to the taste of another program.</summary>
public sealed partial class RealOutputTests
{
    /// <summary>Events that come or don't, as the servers' version and speed have it.</summary>
    private static readonly string[] Varying = ["checkFound", "recovering", "settlingStarted", "settlingFinished"];

    public static TheoryData<string> Versions => OldestAndNewest;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Json_of_a_real_run_is_the_golden_one_but_for_the_numbers(string version)
    {
        await using var cluster = await ClusterAsync(version);
        await cluster.Members[0].Gateway.PutAsync("key", "value", Stop);

        var result = await RunAsync(cluster, "-w", "json", "--hex", "--wait-between-defrags", "1ms");

        Assert.Equal(0, result.ExitCode);
        OutputSchema.AssertAllows(result.OutputLines);
        var lines = result.OutputLines.Where(line => !Varying.Any(name => line.Contains($"\"event\":\"{name}\"", StringComparison.Ordinal)));
        Snapshot.Match("MainJobJson", Masked(string.Join('\n', lines) + "\n", cluster));
        Assert.Equal("runStarted,3,report,0", await JqAsync(result, "[.[0].event, (map(select(.event == \"defragmentFinished\")) | length), .[-1].event, .[-1].exitCode] | join(\",\")"));
    }

    [Fact]
    public async Task Table_of_a_real_run_is_the_golden_one_but_for_the_numbers()
    {
        await using var cluster = await ClusterAsync();

        var result = await RunAsync(cluster, "-w", "table");

        Assert.Equal(0, result.ExitCode);
        // The columns are as wide as what stands in them, and a file of a few pages may have grown.
        Snapshot.Match("MainJobTable", SizeUnits().Replace(Widths().Replace(Masked(result.Output, cluster), match => match.Value[..1]), "SIZE"));
    }

    [Fact]
    public async Task Json_of_every_other_kind_of_run_is_as_the_schema_says()
    {
        await using var cluster = await ClusterAsync();
        await Filler.FragmentAsync(cluster, onDisk: 4 * Megabyte, live: Megabyte, Stop);
        var all = new List<ProcessResult>
        {
            await RunAsync(cluster, "-w", "json", "--dry-run", "--move-leader", "--defrag-rule", "dbSizeFree < dbQuota"),
            await RunAsync(cluster, "-w", "json", "--move-leader", "--verify", "--lock", "--auto-disalarm", "--defrag-rule", "dbSizeFree > 1MiB", "--compaction-retain-revisions", "1"),
            await RunAsync(cluster, "-w", "json", "--min-reclaim", "1GiB"),
            await Tool.RunAsync(["-w", "json", "--endpoints", "127.0.0.1:1"], Stop),
            await Tool.RunAsync(["status", "-w", "json", "--endpoints", "127.0.0.1:1"], Stop),
            await Tool.RunAsync(["status", "-w", "json", "--endpoints", cluster.Endpoints, "--defrag-rule", "dbSizeFree > 1GiB"], Stop),
            await Tool.RunAsync(["status", "-w", "json", "--hex", "--endpoints", cluster.Endpoints, "--cluster"], Stop),
        };
        var hasty = await RunAsync(cluster, "-w", "json", "--defrag-timeout", "1ms"); // what it comes to is the machine's business
        await RaiseAlarmAsync(cluster.Members[0], "CORRUPT", (await cluster.Members[1].Gateway.StatusAsync(Stop)).MemberId);
        all.Add(await RunAsync(cluster, "-w", "json"));
        all.Add(await Tool.RunAsync(["status", "-w", "json", "--endpoints", cluster.Endpoints], Stop));

        Assert.Equal([0, 0, 0, 4, 4, 0, 0, 3, 0], all.Select(result => result.ExitCode));
        Assert.Equal("0 endpoint", await JqAsync(all[4], ".[] | \"\\(.members | length) \\(.error[:8])\""));
        Assert.All(all.Append(hasty), result => OutputSchema.AssertAllows(result.OutputLines));
        // jq keeps the large ids as floating-point numbers, but it must read every line.
        foreach (var result in all)
        {
            Assert.Equal($"{result.OutputLines.Count}", await JqAsync(result, "length"));
        }
    }

    private static async Task<string> JqAsync(ProcessResult result, string program)
    {
        using var jq = await RunningProcess.StartAsync("/usr/bin/jq", ["-s", "-r", program], new Dictionary<string, string>(), result.Output);
        return (await EndAsync(jq)).EnsureSuccess().Output.TrimEnd('\n');
    }

    private static string Masked(string text, EtcdCluster cluster)
    {
        foreach (var member in cluster.Members)
        {
            text = text.Replace(member.ClientUrl, "URL", StringComparison.Ordinal);
        }

        // A file of a few pages may grow by one.
        return Snapshot.MaskDurations(Snapshot.MaskNumbers(Snapshot.MaskIds(text))).Replace(":-N", ":N", StringComparison.Ordinal);
    }

    [GeneratedRegex(@" {2,}|-{2,}")]
    private static partial Regex Widths();

    [GeneratedRegex(@"-?\bN ([KMG]i)?B\b", RegexOptions.ExplicitCapture)]
    private static partial Regex SizeUnits();
}
