using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>Runs one tool through one schedule.</summary>
public static class Simulation
{
    /// <summary>Runs a seed to its end. The same seed and the same tool give the same journal, entry by entry.</summary>
    /// <param name="seed">Which schedule.</param>
    /// <param name="tool">The tool: gets the port, the clock and what it is told to do.</param>
    public static SimulationResult Run(long seed, Func<IClusterClient, TimeProvider, ScheduleOptions, Task<RunSummary>> tool)
    {
        var schedule = ScheduleGenerator.Draw(seed);
        var watch = new Invariants(schedule.Cluster, schedule.Network, schedule.Options);
        schedule.Network.Watch = watch;
        var injector = new FaultInjector(schedule.Cluster, schedule.Network, schedule.Faults, schedule.Interrupt);
        schedule.Time.MaxTime = Bound(schedule);
        schedule.Time.MaxSteps = 3_000_000;
        RunSummary? summary = null;
        try
        {
            schedule.Time.Run(async () => summary = await tool(new ModelClient(schedule.Network), schedule.Time, schedule.Options));
            ReportJudge.Judge(watch, summary!);
        }
        catch (SimulationStuckException e)
        {
            watch.Violate("run-ends", e.Message);
        }
        catch (Exception e)
        {
            watch.Violate("tool-threw", e.ToString());
        }

        return new SimulationResult(seed, schedule, watch, summary, injector.Struck);
    }

    /// <summary>What even the unluckiest run may take: every wait that the options allow, for every member, and some more.</summary>
    private static TimeSpan Bound(Schedule schedule)
    {
        var options = schedule.Options.Defrag;
        var perMember = options.DefragTimeout + options.RecoveryTimeout + (10 * options.CommandTimeout)
            + (2 * (options.WaitBetweenDefrags ?? TimeSpan.FromSeconds(30))) + TimeSpan.FromMinutes(5);
        return TimeSpan.FromMinutes(30) + (2 * options.DefragTimeout) + (perMember * (schedule.Cluster.Members.Count + 2));
    }
}

/// <summary>How a simulation went.</summary>
public sealed record SimulationResult(long Seed, Schedule Schedule, Invariants Watch, RunSummary? Summary, int FaultsStruck)
{
    public IReadOnlyList<Violation> Violations => Watch.Violations;

    public Journal Journal => Schedule.Journal;

    public bool Failed => Violations.Count > 0;

    /// <summary>What was promised and broken, with the schedule and the journal around the first breach.</summary>
    /// <param name="whole">The whole journal instead.</param>
    public string Explain(bool whole = false)
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"seed {Seed}: {Violations.Count} violations");
        foreach (var violation in Violations)
        {
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  [{violation.Id}] {violation.Message}");
        }

        text.AppendLine(System.Globalization.CultureInfo.InvariantCulture,
            $"summary:   {(Summary is null ? "none" : $"exit {Summary.ExitCode}: {string.Join(", ", Summary.Members.Select(entry => $"{Schedule.Cluster.Find(entry.Member)?.Name} {entry.Outcome}"))}")}");
        text.Append(Schedule.Describe());
        var at = Violations.Count > 0 ? Violations[0].JournalIndex : 0;
        return text.Append(whole || Violations.Count == 0 ? Journal.Format() : Journal.Format(at - 60, at + 10)).ToString();
    }
}
