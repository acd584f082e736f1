namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Looks again and again, by the run's clock.</summary>
internal static class Poll
{
    /// <summary>Looks until a look is enough, or the time is over. Looks at least once.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="atMost">After this long no further look is taken; null: the looks alone decide.</param>
    /// <param name="look">Takes a look; its argument is the time since the first one began.</param>
    /// <param name="pauseAfter">How long to wait before the next look; null: what was seen is enough.</param>
    /// <param name="cancellationToken">Ends the pauses.</param>
    /// <returns>What was seen last.</returns>
    public static async Task<T> UntilAsync<T>(TimeProvider time, TimeSpan? atMost, Func<TimeSpan, Task<T>> look,
        Func<T, TimeSpan?> pauseAfter, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var seen = await look(time.GetElapsedTime(started));
            if (pauseAfter(seen) is not { } pause || time.GetElapsedTime(started) >= atMost)
            {
                return seen;
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
