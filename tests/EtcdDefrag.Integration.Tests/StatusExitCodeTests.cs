using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;

using static EtcdDefrag.Integration.Tests.Scene;

namespace EtcdDefrag.Integration.Tests;

/// <summary><c>status --exit-code</c>, as a script uses it.</summary>
public sealed class StatusExitCodeTests
{
    [Fact]
    public async Task Tells_rest_from_work_from_refusal_from_silence()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });
        var url = cluster.Members[0].ClientUrl;

        Assert.Equal(0, await CodeAsync(url, "--defrag-rule", "dbSizeFree > 1T"));
        Assert.Equal(10, await CodeAsync(url, "--defrag-rule", "dbSize > 0"));
        await RaiseAlarmAsync(cluster.Members[0], "CORRUPT", (await cluster.Members[0].Gateway.StatusAsync(Stop)).MemberId);
        Assert.Equal(3, await CodeAsync(url, "--defrag-rule", "dbSize > 0"));
        Assert.Equal(4, await CodeAsync($"http://127.0.0.1:{FreePort.Next()}"));
        Assert.Empty(cluster.Defragmentations);
    }

    [Fact]
    public async Task A_member_that_compaction_decides_on_is_work_as_for_a_dry_run()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });
        var url = cluster.Members[0].ClientUrl;
        string[] rule = ["--endpoints", url, "--defrag-rule", "dbSizeInUse < 10K"];

        var status = await Tool.RunAsync(["status", "--exit-code", .. rule], Stop);
        var dry = await Tool.RunAsync(["--dry-run", "--exit-code", .. rule], Stop);

        Assert.Contains("undecided until compaction", dry.Output, StringComparison.Ordinal);
        Assert.Equal((10, 10), (dry.ExitCode, status.ExitCode));
        Assert.Contains("Advice: not decided: ", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_rule_the_advice_decides()
    {
        await using var cluster = await ClusterAsync(new ClusterOptions { Members = 1 });
        var url = cluster.Members[0].ClientUrl;
        Assert.Equal(0, await CodeAsync(url));

        await FillAsync(cluster);
        Assert.Equal(0, await CodeAsync(url));
        // 72 of 80 MiB: the same file is near its quota now, and a third of it is free.
        Assert.Equal(10, await CodeAsync(url, "--etcd-storage-quota-bytes", "80MiB"));
    }

    private static async Task<int> CodeAsync(string url, params string[] flags) =>
        (await Tool.RunAsync(["status", "--exit-code", "--quiet", "--endpoints", url, .. flags], Stop)).ExitCode;
}
