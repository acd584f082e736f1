using System.Globalization;
using EtcdDefrag.Testing.Model;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>What many simulations met.</summary>
public sealed class Coverage
{
    public int Runs { get; private set; }

    /// <summary>Runs in which at least one member was told to defragment.</summary>
    public int GotToWork { get; private set; }

    /// <summary>Runs in which every voter was defragmented.</summary>
    public int DidAll { get; private set; }

    /// <summary>Runs with at least one defragmentation whose answer was lost.</summary>
    public int HadUnknown { get; private set; }

    /// <summary>Runs in which a fault struck after work began.</summary>
    public int HadFaults { get; private set; }

    public int MovedLeader { get; private set; }

    public long Defragments { get; private set; }

    public long Calls { get; private set; }

    public TimeSpan VirtualTime { get; private set; }

    /// <summary>The seed with the most calls, and how many: where the time goes.</summary>
    public (long Seed, long Calls) Heaviest { get; private set; }

    public SortedDictionary<int, int> ExitCodes { get; } = [];

    public SortedDictionary<string, int> ViolationIds { get; } = new(StringComparer.Ordinal);

    public List<long> FailingSeeds { get; } = [];

    /// <summary>The explanations of the first failing seeds.</summary>
    public List<string> Explanations { get; } = [];

    public void Add(SimulationResult result)
    {
        Runs++;
        GotToWork += result.Watch.DefragmentsSent > 0 ? 1 : 0;
        HadUnknown += result.Watch.UnknownOutcomes > 0 ? 1 : 0;
        HadFaults += result.FaultsStruck > 0 ? 1 : 0;
        MovedLeader += result.Watch.MovesSent > 0 ? 1 : 0;
        Defragments += result.Watch.DefragmentsSent;
        DidAll += AllDone(result.Schedule.Cluster) ? 1 : 0;
        Calls += result.Schedule.Network.CallCount;
        var calls = result.Schedule.Network.CallCount;
        if (calls > Heaviest.Calls || (calls == Heaviest.Calls && result.Seed < Heaviest.Seed))
        {
            Heaviest = (result.Seed, calls);
        }

        VirtualTime += TimeSpan.FromTicks(result.Schedule.Time.Now);
        if (result.Summary is { } summary)
        {
            ExitCodes[summary.ExitCode] = ExitCodes.GetValueOrDefault(summary.ExitCode) + 1;
        }

        if (result.Failed)
        {
            FailingSeeds.Add(result.Seed);
            foreach (var id in result.Violations.Select(violation => violation.Id).Distinct())
            {
                ViolationIds[id] = ViolationIds.GetValueOrDefault(id) + 1;
            }

            if (Explanations.Count < 3)
            {
                Explanations.Add(result.Explain());
            }
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"""
        {Runs} schedules, {Calls} calls, {VirtualTime.TotalDays:F1} days of virtual time, most calls: {Heaviest.Calls} in seed {Heaviest.Seed}
        got to work {GotToWork}, defragmented every voter {DidAll}, lost a defragmentation's answer {HadUnknown}, met a fault {HadFaults}, moved the leader {MovedLeader}, defragmentations {Defragments}
        exit codes: {string.Join(", ", ExitCodes.Select(entry => $"{entry.Key}: {entry.Value}"))}
        failing seeds: {FailingSeeds.Count} [{string.Join(",", FailingSeeds.Take(20))}] {string.Join(", ", ViolationIds.Select(entry => $"{entry.Key}: {entry.Value}"))}
        """);

    private static bool AllDone(ModelCluster cluster)
    {
        foreach (var member in cluster.Members)
        {
            if (member.IsVoter && !cluster.Defrags.Any(defrag => defrag is { Completed: true, Call: { } call } && call.Member == member))
            {
                return false;
            }
        }

        return true;
    }
}
