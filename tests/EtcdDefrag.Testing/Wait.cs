using System.Diagnostics;

namespace EtcdDefrag.Testing;

/// <summary>Waiting for a condition instead of for a time.</summary>
public static class Wait
{
    /// <summary>Generous: only a test that fails anyway reaches it, however slow the machine.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again until the answer is yes.</summary>
    /// <exception cref="TimeoutException">It never was; the message says what was waited for.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > (limit ?? Limit))
            {
                throw new TimeoutException($"waited {limit ?? Limit} in vain: {what}");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    public static Task UntilAsync(string what, Func<bool> condition, CancellationToken cancellationToken, TimeSpan? limit = null) =>
        UntilAsync(what, () => Task.FromResult(condition()), cancellationToken, limit);
}
