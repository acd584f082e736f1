using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>
/// Reads and writes end with the same error whoever gave the connection up. It matters who: a ping without an answer makes us give it up,
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

        await Record.ExceptionAsync(() => reading); // or nothing was read: disposing shuts the socket down first
        Assert.False(watched.Closed);
    }

    [Fact]
    public async Task The_end_is_no_word_from_the_other_side()
    {
        var (ours, other) = await SocketsAsync();
        var time = new Clock();
        await using var watched = new WatchedStream(new NetworkStream(ours, ownsSocket: true), isPlain: true, TimeSpan.FromMinutes(1), time);
        await other.SendAsync(new byte[1], Stop);
        Assert.Equal(1, await watched.ReadAsync(new byte[16], Stop));
        time.Now += TimeSpan.FromSeconds(12);

        other.Dispose();

        Assert.Equal(0, await watched.ReadAsync(new byte[16], Stop));
        Assert.Equal(TimeSpan.FromSeconds(12), watched.SilentFor);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Closed_by_the_other_side_it_says_so_to_a_writer_that_is_the_first_to_see_it(bool asArray)
    {
        var (ours, other) = await SocketsAsync();
        await using var watched = Watch(ours);
        other.LingerState = new LingerOption(enable: true, 0);
        other.Dispose();
        Assert.True(ours.Poll(TimeSpan.FromMinutes(1), SelectMode.SelectRead)); // the reset is here

        await Assert.ThrowsAnyAsync<IOException>(() => asArray ? watched.WriteAsync(new byte[16], 0, 16, Stop) : watched.WriteAsync(new byte[16], Stop).AsTask());

        Assert.True(watched.Closed);
    }

    [Fact]
    public async Task A_write_after_our_own_end_does_not_mean_that_the_other_side_closed_it()
    {
        var (watched, other) = await PairAsync();
        using var _ = other;
        await watched.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => watched.WriteAsync(new byte[16], Stop).AsTask());

        Assert.False(watched.Closed);
    }

    private static async Task<(WatchedStream Watched, Socket Other)> PairAsync()
    {
        var (ours, other) = await SocketsAsync();
        return (Watch(ours), other);
    }

    private static WatchedStream Watch(Socket ours) =>
        new(new NetworkStream(ours, ownsSocket: true), isPlain: true, TimeSpan.FromMinutes(1), TimeProvider.System);

    private static async Task<(Socket Ours, Socket Other)> SocketsAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var ours = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await ours.ConnectAsync(listener.LocalEndpoint, Stop);
        return (ours, await listener.AcceptSocketAsync(Stop));
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
