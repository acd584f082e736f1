using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>Runs many seeds and counts what they met, so that a toothless generator would be noticed.</summary>
public static class SimulationRunner
{
    /// <summary>Runs the seeds [from, to).</summary>
    /// <param name="from">The first seed.</param>
    /// <param name="to">The first seed that is not run any more.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="threads">How many seeds side by side; one simulation never uses more than one thread.</param>
    /// <param name="stopAfter">Stop when that many seeds have failed.</param>
    /// <param name="cancellationToken">Stops between two seeds.</param>
    public static Coverage Run(
        long from, long to, Func<IClusterClient, TimeProvider, ScheduleOptions, Task<RunSummary>> tool,
        int threads = 1, int stopAfter = 20, CancellationToken cancellationToken = default)
    {
        var total = new Coverage();
        var next = from - 1;
        if (threads <= 1)
        {
            Work();
        }
        else
        {
            var workers = new Thread[threads];
            for (var i = 0; i < threads; i++)
            {
                workers[i] = new Thread(Work) { IsBackground = true };
                workers[i].Start();
            }

            foreach (var worker in workers)
            {
                worker.Join();
            }
        }

        total.FailingSeeds.Sort();
        return total;

        void Work()
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var seed = Interlocked.Increment(ref next);
                if (seed >= to || total.FailingSeeds.Count >= stopAfter)
                {
                    return;
                }

                var result = Simulation.Run(seed, tool);
                lock (total)
                {
                    total.Add(result);
                }
            }
        }
    }

    /// <summary>Runs one seed again and tells the whole story.</summary>
    public static string ReplaySeed(long seed, Func<IClusterClient, TimeProvider, ScheduleOptions, Task<RunSummary>> tool) =>
        Simulation.Run(seed, tool).Explain(whole: true);
}
