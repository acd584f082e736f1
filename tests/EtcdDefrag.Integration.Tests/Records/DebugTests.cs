using System.Text.RegularExpressions;
using EtcdDefrag.Testing.Etcd;
using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests.Records;

public sealed partial class DebugTests
{
    [Fact]
    public async Task Every_call_is_shown_with_endpoint_outcome_and_duration()
    {
        await using var cluster = await ClusterAsync(EtcdBinaries.Oldest.ToString());

        var result = await RunAsync(cluster, "--debug", "--move-leader", "--verify", "--lock", "--auto-disalarm", "--defrag-rule", "dbSize < dbQuota");

        Assert.Equal(0, result.ExitCode);
        var calls = result.ErrorLines.Where(line => line.StartsWith("debug: ", StringComparison.Ordinal)).ToArray();
        Assert.All(calls, line => Assert.Matches(Call(), line));
        string[] expected =
        [
            "Alarm", "Compact", "Defragment", "GET /metrics (HTTP/1.1)", "HashKV", "LeaseGrant", "LeaseRevoke", "MemberList", "MoveLeader", "Range", "Status", "Txn",
        ];
        Assert.Equal(expected, calls.Select(line => Call().Match(line).Groups["call"].Value).Distinct().Order(StringComparer.Ordinal).Except(["LeaseKeepAlive"]));
        Assert.All(cluster.Members, member => Assert.Contains(calls, line => line.StartsWith($"debug: Defragment on {member.ClientUrl}: OK, took ", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^debug: (?<call>.+) on http://127\.0\.0\.1:\d+: \w+, took [0-9.]+(ms|µs|s), \d+ connections?, at \d\d:\d\d:\d\d\.\d{3}$", RegexOptions.ExplicitCapture)]
    private static partial Regex Call();
}
