using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Etcd.Net;

/// <summary>Connects to the first of a name's addresses that answers: one after the other, and the next one
/// soon where one is slow.</summary>
/// <remarks>Source: RFC 8305 (Happy Eyeballs), sections 4 and 5.</remarks>
internal static class AddressRace
{
    /// <remarks>Source: RFC 8305 section 8, Connection Attempt Delay.</remarks>
    private static readonly TimeSpan NextAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects; all other attempts are closed.</summary>
    /// <param name="addresses">The addresses, in the resolver's order; not empty.</param>
    /// <param name="port">The port.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <exception cref="SocketException">No address took the connection; this is what became of the first.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before one did.</exception>
    public static async Task<Socket> ConnectAsync(
        IReadOnlyList<IPAddress> addresses, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<Socket>>();
        Exception? first = null;
        try
        {
            var waiting = new Queue<IPAddress>(Alternate(addresses));
            while (waiting.TryDequeue(out var address))
            {
                running.Add(ConnectAsync(address, port, end.Token));
                var next = Task.Delay(waiting.Count > 0 ? NextAfter : Timeout.InfiniteTimeSpan, time, end.Token);
                while (running.Count > 0)
                {
                    var done = await Task.WhenAny([.. running, next]);
                    if (done == next)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        break;
                    }

                    var attempt = (Task<Socket>)done;
                    running.Remove(attempt);
                    if (attempt.IsCompletedSuccessfully)
                    {
                        return await attempt;
                    }

                    first ??= attempt.Exception?.InnerException ?? new OperationCanceledException(cancellationToken);
                }
            }

            throw first!;
        }
        finally
        {
            await end.CancelAsync();
            foreach (var loser in running)
            {
                _ = loser.ContinueWith(
                    static task =>
                    {
                        if (task.IsCompletedSuccessfully)
                        {
                            task.Result.Dispose();
                        }
                        else
                        {
                            _ = task.Exception;
                        }
                    },
                    TaskScheduler.Default);
            }
        }
    }

    /// <summary>The two kinds of addresses in turn, beginning with the kind of the first; each kind in
    /// the resolver's order.</summary>
    internal static IReadOnlyList<IPAddress> Alternate(IReadOnlyList<IPAddress> addresses)
    {
        var preferred = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).ToList();
        var others = addresses.Except(preferred).ToList();
        return [.. preferred.Zip(others).SelectMany(pair => new[] { pair.First, pair.Second }), .. preferred.Skip(others.Count),
            .. others.Skip(preferred.Count)];
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
