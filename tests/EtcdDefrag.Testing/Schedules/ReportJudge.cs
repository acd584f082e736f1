using EtcdDefrag.Testing.Model;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>Compares what the tool says in the end with what the model knows.</summary>
/// <remarks>Ids: claimed-done, claimed-success, touched, exit-unknown, still-running, unaccounted, skipped-but-sent, data-differ.</remarks>
public static class ReportJudge
{
    public static void Judge(Invariants watch, RunSummary summary)
    {
        var unknown = 0;
        foreach (var entry in summary.Members)
        {
            if (watch.Cluster.Find(entry.Member) is { } member)
            {
                JudgeMember(watch, summary, member, entry.Outcome);
            }

            unknown += entry.Outcome == ReportedOutcome.Unknown ? 1 : 0;
        }

        if (unknown > 0 != (summary.ExitCode == 5))
        {
            watch.Violate("exit-unknown", $"exit code {summary.ExitCode} with {unknown} unknown outcomes: 5 goes with them and only with them");
        }

        if (summary.ExitCode is 2 or 3 or 4 or 7 && watch.MutatingCalls > 0)
        {
            watch.Violate("touched", $"exit code {summary.ExitCode} says that nothing was changed, but {watch.MutatingCalls} calls were sent that change something");
        }

        if (summary.ExitCode == 0 && watch.FailuresToCount > 0)
        {
            watch.Violate("claimed-success", $"exit code 0 although {watch.FailuresToCount} calls failed");
        }

        foreach (var member in watch.Cluster.Members)
        {
            if (member.IsBlockedByUs && summary.ExitCode != 5)
            {
                watch.Violate("still-running", $"{member.Name} is still being defragmented by us, and exit code {summary.ExitCode} does not say so");
            }

            if (watch.DefragmentedMembers.Contains(member) && !summary.Members.Any(entry => entry.Member == member.Id))
            {
                watch.Violate("unaccounted", $"{member.Name} was told to defragment, and the report does not name it");
            }
        }

        // A second cluster was named, and of the first nobody answered: then it is the one that the report is about, and the silence was warned of.
        var aboutAnother = summary.Members.Count > 0 && summary.Members.All(entry => watch.Cluster.Find(entry.Member) is null);
        if (summary.ExitCode == 0 && !aboutAnother && watch.Options.Defrag is { UseCluster: true, OnlyGivenEndpoints: false, ExcludeLocalhost: false })
        {
            foreach (var member in watch.Cluster.Members)
            {
                if (member is { IsVoter: true, IsStarted: true } && !summary.Members.Any(entry => entry.Member == member.Id))
                {
                    watch.Violate("unaccounted", $"exit code 0 with --cluster, and the report does not name the voter {member.Name}");
                }
            }
        }

        if (summary.ExitCode == 0 && watch.Options.Defrag is { Verify: true, DryRun: false, OnlyGivenEndpoints: false } && watch.Cluster.VoterCount > 1 && watch.Cluster.Members.Any(member => member.DataDiffer && member.IsVoter))
        {
            watch.Violate("data-differ", "exit code 0 with --verify although a voter's data differ");
        }
    }

    private static void JudgeMember(Invariants watch, RunSummary summary, ModelMember member, ReportedOutcome outcome)
    {
        var sent = watch.DefragmentedMembers.Contains(member);
        switch (outcome)
        {
            case ReportedOutcome.Done when !Completed(watch.Cluster, member) && !NobodyCanTell(watch.Cluster, member):
                watch.Violate("claimed-done", $"{member.Name} is reported done, but no defragmentation of ours was completed on it");
                break;
            case ReportedOutcome.Failed or ReportedOutcome.Unknown or ReportedOutcome.NotStarted when summary.ExitCode == 0 && !watch.Options.Defrag.DryRun:
                watch.Violate("claimed-success", $"exit code 0 although {member.Name} is reported {outcome}");
                break;
            case ReportedOutcome.Skipped or ReportedOutcome.NotStarted or ReportedOutcome.Planned when sent:
                watch.Violate("skipped-but-sent", $"{member.Name} is reported {outcome}, but was told to defragment");
                break;
            default:
                break;
        }
    }

    private static bool Completed(ModelCluster cluster, ModelMember member)
    {
        foreach (var defrag in cluster.Defrags)
        {
            if (defrag is { Completed: true, Call: { } call } && call.Member == member)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The file had nothing to give back, so that nothing can show whether it was rewritten; or somebody else rewrote it.</summary>
    private static bool NobodyCanTell(ModelCluster cluster, ModelMember member) =>
        member.DbSize - member.InUse < (member.InUse * 0.15) + (1 << 20)
        || cluster.Defrags.Exists(defrag => defrag is { Completed: true, Call: null } && defrag.Member == member);
}
