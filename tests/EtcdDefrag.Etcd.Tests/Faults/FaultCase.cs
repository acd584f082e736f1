using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Etcd.Tests.Faults;

/// <summary>Runs one Defragment against a script and returns how it failed.</summary>
public static class FaultCase
{
    /// <summary>Long enough for any answer that comes; only cases in which none comes wait for <see cref="ShortWait"/>, on a <see cref="StoppedTime"/>.</summary>
    public static readonly TimeSpan LongWait = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(400);

    public static ConnectionOptions Options(TimeSpan? dial = null) => new() { DialTimeout = dial ?? TimeSpan.FromSeconds(30), MaxReceiveBytes = 4096 };

    /// <summary>Fails the test when Defragment succeeds, hangs, throws something else, or reaches the server more often than once.</summary>
    public static async Task<ClusterException> DefragmentAsync(Func<Peer, Task> script, TimeSpan? timeout = null, TimeSpan? dial = null, TimeProvider? time = null)
    {
        await using var server = new FaultServer(script);
        using var client = EtcdClusterClient.Create(Options(dial), time ?? TimeProvider.System);

        var error = await Record.ExceptionAsync(() =>
            client.DefragmentAsync(server.Endpoint, timeout ?? LongWait, TestContext.Current.CancellationToken).WaitAsync(LongWait, TestContext.Current.CancellationToken));

        Assert.InRange(server.Defragments, 0, 1);
        Assert.Empty(server.ScriptErrors);
        var cluster = Assert.IsType<ClusterException>(error, exactMatch: false);
        Assert.Equal("Defragment", cluster.Call);
        Assert.Equal(server.Endpoint, cluster.Endpoint);
        Assert.False(server.Defragments > 0 && !cluster.RequestMayHaveRun && cluster is NoAnswerException { Kind: NoAnswerKind.TimedOut });
        return cluster;
    }

    public static async Task<NoAnswerException> NoAnswerAsync(Func<Peer, Task> script, TimeSpan? timeout = null, TimeSpan? dial = null, TimeProvider? time = null) =>
        Assert.IsType<NoAnswerException>(await DefragmentAsync(script, timeout, dial, time));
}
