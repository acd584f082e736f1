namespace EtcdDefrag.Core.Fleet;

/// <summary>Carries out a plan: starts what it says, and tells it how each run ended.</summary>
public static class FleetDriver
{
    /// <summary>Works until the plan says that it is over.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="time">The clock.</param>
    /// <param name="run">Carries out a cluster's run; must not throw. Is told what is left of the run's time; null: no limit.</param>
    /// <param name="runTimeout">The limit of the whole.</param>
    /// <param name="stop">The user's wish to stop.</param>
    public static async Task RunAsync(
        FleetPlan plan, TimeProvider time, TimeSpan? runTimeout, Func<string, TimeSpan?, Task<ClusterOutcome>> run, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var running = new Dictionary<Task<ClusterOutcome>, string>();
        var stopped = new TaskCompletionSource();
        await using var registration = stop.Register(stopped.SetResult);
        while (true)
        {
            if (stop.IsCancellationRequested)
            {
                plan.Stop();
            }

            var now = time.GetElapsedTime(started);
            switch (plan.Next(now))
            {
                case FleetStep.Start start:
                    running.Add(run(start.Name, runTimeout - now), start.Name);
                    break;
                case FleetStep.Wait wait:
                    await WaitAsync(wait, now);
                    break;
                default:
                    return;
            }

            foreach (var (ended, name) in running.Where(pair => pair.Key.IsCompleted).ToArray())
            {
                running.Remove(ended);
                plan.Ended(name, await ended, time.GetElapsedTime(started));
            }
        }

        async Task WaitAsync(FleetStep.Wait wait, TimeSpan now)
        {
            using var over = new CancellationTokenSource();
            var events = new List<Task>(running.Keys);
            if (!stop.IsCancellationRequested)
            {
                events.Add(stopped.Task);
            }

            if (wait.Until is { } until)
            {
                events.Add(Task.Delay(until > now ? until - now : TimeSpan.Zero, time, over.Token));
            }

            await Task.WhenAny(events);
#pragma warning disable CA1849 // CancelAsync would run the callbacks on the thread pool, outside the clock and the order of a simulation
            over.Cancel();
#pragma warning restore CA1849
        }
    }
}
