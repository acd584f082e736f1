using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>
/// A read that waits ends with the same error whoever gave the connection up. It matters who: a ping without an answer makes us give it up,
/// and the operator is to hear of the silence, not of a connection that the other side closed.
/// </summary>
public class ConnectionsEnd
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_up_by_ourselves_it_was_not_closed_by_the_other_side()
    {
        var (watched, other) = await PairAsync();
        using var _ = other;
        var reading = watched.ReadAsync(new byte[16], Stop).AsTask();

        await watched.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => reading);
        Assert.False(watched.Closed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Closed_by_the_other_side_it_says_so(bool reset)
    {
        var (watched, other) = await PairAsync();
        await using var _ = watched;
        var reading = watched.ReadAsync(new byte[16], Stop).AsTask();

        other.LingerState = new LingerOption(enable: reset, 0);
        other.Dispose();

        await Record.ExceptionAsync(() => reading);
        Assert.True(watched.Closed);
    }

    private static async Task<(WatchedStream Watched, Socket Other)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var ours = new TcpClient();
        await ours.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Stop);
        return (new WatchedStream(ours.GetStream(), isPlain: true, TimeSpan.FromMinutes(1), TimeProvider.System), await listener.AcceptSocketAsync(Stop));
    }
}
