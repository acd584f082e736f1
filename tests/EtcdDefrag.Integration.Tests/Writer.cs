using System.Diagnostics;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests;

/// <summary>A client that is pinned to one member and writes there one key after the other.</summary>
internal sealed class Writer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private readonly Stopwatch _current = new();
    private TimeSpan _longest;

    public Writer(EtcdMember member) => _writing = Task.Run(() => WriteAsync(member));

    public int Written { get; private set; }

    /// <summary>The longest that a write took, the one under way included.</summary>
    public TimeSpan Longest => _current.Elapsed > _longest ? _current.Elapsed : _longest;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WriteAsync(EtcdMember member)
    {
        while (!_stop.IsCancellationRequested)
        {
            _current.Restart();
            await member.Gateway.PutAsync("writer", "x", _stop.Token);
            _longest = Longest;
            Written++;
        }
    }
}
