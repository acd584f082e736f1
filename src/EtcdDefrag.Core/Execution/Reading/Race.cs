namespace EtcdDefrag.Core.Execution.Reading;

/// <summary>Asks several in turn: one that fails, or is not done within its head start, is not waited for, but the
/// next is asked beside it.</summary>
/// <remarks>As RFC 8305 (section 5, "Connection Attempt Delay") does for the addresses of a name.</remarks>
internal sealed class Race(TimeProvider time)
{
    /// <summary>RFC 8305's own.</summary>
    public static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks until one answers.</summary>
    /// <param name="items">Whom to ask, best first.</param>
    /// <param name="headStart">How long each is waited for before the next is asked beside it.</param>
    /// <param name="ask">Asks one; null: it failed. The action tells of a setback that is not the end yet. Those that are not
    /// needed any more are cancelled.</param>
    /// <param name="cancellationToken">Ends the race.</param>
    /// <returns>The first answer; null: all failed.</returns>
    public async Task<T?> FirstAsync<TItem, T>(
        IEnumerable<TItem> items, Func<TItem, TimeSpan> headStart, Func<TItem, Action, CancellationToken, Task<T?>> ask,
            CancellationToken cancellationToken)
        where T : class
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = new TaskCompletionSource<T>();
        var asked = new List<Task>();
        foreach (var item in items)
        {
            var setback = new TaskCompletionSource();
            asked.Add(RunAsync(item, setback));
            using var timer = time.CreateTimer(_ => setback.TrySetResult(), null, headStart(item), Timeout.InfiniteTimeSpan);
            await Task.WhenAny(first.Task, setback.Task);
            if (first.Task.IsCompleted || cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        var all = Task.WhenAll(asked);
        if (await Task.WhenAny(first.Task, all) == all && !first.Task.IsCompleted)
        {
            await all;
            cancellationToken.ThrowIfCancellationRequested(); // else everybody was asked
            return null;
        }

#pragma warning disable CA1849 // CancelAsync takes another thread, for nothing: those who wait for this token only stop waiting
        rest.Cancel();
#pragma warning restore CA1849
        await all.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        return await first.Task;

        async Task RunAsync(TItem item, TaskCompletionSource setback)
        {
            try
            {
                if (await ask(item, () => setback.TrySetResult(), rest.Token) is { } answer)
                {
                    first.TrySetResult(answer);
                }
            }
            finally
            {
                setback.TrySetResult();
            }
        }
    }
}
