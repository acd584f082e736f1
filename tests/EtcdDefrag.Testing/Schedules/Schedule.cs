using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>Everything that one seed decides: the cluster, what the tool is told, and what goes wrong.</summary>
public sealed class Schedule
{
    public required VirtualTime Time { get; init; }

    public required Journal Journal { get; init; }

    public required ModelNetwork Network { get; init; }

    public required ModelCluster Cluster { get; init; }

    public required ScheduleOptions Options { get; init; }

    public required IReadOnlyList<Fault> Faults { get; init; }

    public required CancellationTokenSource Interrupt { get; init; }

    /// <summary>URLs that lead to one member for certain, in the members' order.</summary>
    public required IReadOnlyList<Endpoint> MemberUrls { get; init; }

    public string Describe()
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"endpoints: {string.Join(",", Options.Endpoints)}");
        text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"options:   {Options.Defrag} skipped checks: [{string.Join(",", Options.Defrag.SkippedChecks)}]");
        foreach (var member in Cluster.Members)
        {
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture,
                $"member:    {member.Name} {member.Id} {member.Version} {(member.IsLearner ? "learner" : "voter")}{(member.IsStarted ? "" : " not started")} at the end: {member.DbSize / 1e6:F1} MB, {member.InUse / 1e6:F1} MB in use {member.BadBecause}");
        }

        foreach (var fault in Faults)
        {
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"fault:     {fault}");
        }

        return text.ToString();
    }
}
