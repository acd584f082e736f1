using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Output;

/// <summary>The original's lines that carry numbers. Scripts look for these words: they never change.</summary>
internal static class Lines
{
    public static string Health(MemberView view)
    {
        var alarms = view.Alarms.Count == 0 ? ""
            : $"Active Alarm(s): {string.Concat(view.Alarms.Select(alarm => $"{alarm.Name} "))}";
        var problem = view.StatusProblem ?? view.ReadProblem
            ?? (view.AlarmProblem is null ? null : $"Unable to fetch the alarm list: {view.AlarmProblem}") ?? alarms;
        return $"endpoint: {view.Label}, health: {(view.IsHealthy ? "true" : "false")}, took: {GoDuration.Format(view.ReadTook)}, error: {problem}";
    }

    public static string Status(TargetStatus member)
    {
        var status = member.Status;
        return $"endpoint: {member.Target.Endpoint}, dbSize: {status.DbSize}, dbSizeInUse: {status.DbSizeInUse}, memberId: {status.MemberId}, "
            + $"leader: {status.Leader}, revision: {status.Revision}, term: {status.RaftTerm}, index: {status.RaftIndex}";
    }

    public static string Failure(RunEvent.MemberFailed failure) => failure.Step switch
    {
        MemberStep.Check => failure.Problem,
        // etcdutl's words
        MemberStep.Defragment when failure.Target.Endpoint.IsFile =>
            $"Failed to defragment etcd data[{failure.Target.Endpoint}] ({failure.Problem})",
        MemberStep.Status => $"Failed to get member (\"{failure.Target.Endpoint}\") status, error: {failure.Problem}",
        MemberStep.Rule or MemberStep.Sizes => $"Evaluation failed, endpoint: {failure.Target.Endpoint}, error:{failure.Problem}",
        MemberStep.Snapshot => $"Failed to defragment etcd member \"{failure.Target.Endpoint}\": {failure.Problem}",
        MemberStep.MoveLeader => $"Failed to transfer the leadership from {failure.Target.MemberId} to a follower, endpoint: {failure.Target.Endpoint}, error: {failure.Problem}",
        _ => $"Failed to defragment etcd member \"{failure.Target.Endpoint}\". took {GoDuration.Format(failure.Took)}. ({failure.Problem})",
    };
}
