using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Safety;

/// <summary>CORRUPT means that the members' data differ: nothing may be changed before people have looked. NOSPACE is
/// what we are here for.</summary>
public sealed class NoCorruptAlarm : ISafetyCheck
{
    /// <inheritdoc/>
    public string Id => "no-corrupt-alarm";

    /// <inheritdoc/>
    public string Promise => "No alarm is active but NOSPACE.";

    /// <inheritdoc/>
    public IEnumerable<CheckFinding> Evaluate(ClusterSnapshot snapshot)
    {
        foreach (var alarm in snapshot.Alarms.Where(alarm => alarm.Kind != AlarmKind.NoSpace))
        {
            yield return new CheckFinding(
                Id,
                FindingSeverity.Refusal,
                $"alarm {alarm.Name} is active, raised by member {alarm.MemberId}",
                alarm.Kind == AlarmKind.Corrupt
                    ? "find the member with wrong data and replace it first; see etcd's guide on data corruption"
                    : "this tool does not know this alarm: find out what it means first");
        }

        foreach (var view in snapshot.Voters)
        {
            if (view.AlarmProblem is not null && view.Status is not null)
            {
                yield return new CheckFinding(Id, FindingSeverity.Refusal,
                    $"{view.Label} does not list its alarms: {view.AlarmProblem}");
            }

            // The status carries the cluster's alarms too, e.g. "memberID:123 alarm:CORRUPT ": seen
            // even where the list is cut off.
            var corrupt = view.Status?.Errors.FirstOrDefault(error => error.Contains("alarm:CORRUPT", StringComparison.Ordinal));
            if (corrupt is not null && snapshot.Alarms.All(alarm => alarm.Kind != AlarmKind.Corrupt))
            {
                yield return new CheckFinding(Id, FindingSeverity.Refusal, $"{view.Label} reports {corrupt.Trim()}");
            }
        }
    }
}
