using System.Diagnostics;
using System.Globalization;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Rules;

namespace EtcdDefrag.Bench;

/// <summary>How fast rules are evaluated, and what that allocates. Prints CSV.</summary>
internal static class RuleLoad
{
    private static readonly string[] Rules =
    [
        "dbSizeFree > 200MiB",
        "dbSize > dbQuota*80/100 || dbSizeFree > 200*1024*1024",
        "dbQuotaUsage > 0.8 || (dbSizeInUse / dbSize < 0.5 && dbSizeFree > 100MiB) || (isLeader == false && raftLag < 10)",
    ];

    public static void Run(TimeSpan each)
    {
        Console.WriteLine("rule,evaluations_per_second,bytes_per_evaluation");
        foreach (var text in Rules)
        {
            if (!DefragRule.TryParse(text, out var rule, out var error))
            {
                throw new InvalidOperationException(error.ToString());
            }

            Measure(rule, each / 5); // until the compiler is done with it
            var (perSecond, bytes) = Measure(rule, each);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\"{text}\",{perSecond:0},{bytes:0.0}"));
        }
    }

    private static (double PerSecond, double Bytes) Measure(DefragRule rule, TimeSpan duration)
    {
        const int Batch = 1000;
        var input = new RuleInput(new ByteSize(3L << 30), new ByteSize(1L << 30), new ByteSize(8L << 30), IsLeader: true, RaftLag: 3);
        var count = 0L;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            for (var i = 0; i < Batch; i++)
            {
                _ = rule.Evaluate(input).IsTrue;
            }

            count += Batch;
        }

        return (count / Stopwatch.GetElapsedTime(started).TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)count);
    }
}
