using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Core.Execution.Reading;

/// <summary>A look at a cluster for people: what a run would see before it changes anything.</summary>
public sealed record ClusterSurvey
{
    /// <summary>The cluster; null when no endpoint gave the member list.</summary>
    public ClusterSnapshot? Snapshot { get; private init; }

    /// <summary>Why there is no snapshot; null when there is one.</summary>
    public string? Problem { get; private init; }

    /// <summary>What the safety checks say.</summary>
    public IReadOnlyList<CheckFinding> Findings { get; private init; } = [];

    /// <summary>Each member's quota.</summary>
    public IReadOnlyDictionary<MemberId, Quota> Quotas { get; private init; } = new Dictionary<MemberId, Quota>();

    /// <summary>What the rule and the reclaim floor say about each voter that gave its status.</summary>
    public IReadOnlyDictionary<MemberId, Selection> Verdicts { get; private init; } = new Dictionary<MemberId, Selection>();

    /// <summary>What the sizes mean; null when no member answered.</summary>
    public ClusterAdvice? Advice => Snapshot is not { } snapshot ? null : ClusterAdvice.Of(
        [.. snapshot.Views.Where(view => view.Status is not null).Select(view => (view.Status!.DbSize, view.Status.DbSizeInUse,
            QuotaOf(view.Id)))],
        snapshot.Alarms.Any(alarm => alarm.Kind == AlarmKind.NoSpace),
        snapshot.Members.Count - snapshot.Views.Count(view => view.Status is not null),
        Verdicts.Values.Any(verdict => verdict is Selection.UntilCompaction));

    private ByteSize? QuotaOf(MemberId member) =>
        Quotas.GetValueOrDefault(member) is { IsLimited: true } quota ? quota.Size : null;

    /// <summary>Prepares looks at one cluster. What the first look finds out about the endpoints holds for the next ones, so they
    /// need no further connections.</summary>
    /// <param name="client">The port to etcd.</param>
    /// <param name="time">The clock.</param>
    /// <param name="request">Where to look, and the rule.</param>
    /// <returns>Takes one look; only reads. Its parameter is the user's wish to stop.</returns>
    public static Func<CancellationToken, Task<ClusterSurvey>> Of(IClusterClient client, TimeProvider time, RunRequest request)
    {
        var patient = new RetryingReads(client, time);
        var reader = Reader();
        return async cancellationToken =>
        {
            var survey = await TakeAsync(patient, reader, request, cancellationToken);
            // The endpoints may lead to another cluster now, e.g. one restored from a snapshot: the next look takes nothing as known.
            reader = survey.Snapshot is null ? Reader() : reader;
            return survey;
        };

        ClusterReader Reader() => new(patient, time, request.Options, request.Endpoints);
    }

    private static async Task<ClusterSurvey> TakeAsync(
        RetryingReads patient, ClusterReader reader, RunRequest request, CancellationToken cancellationToken)
    {
        var options = request.Options;
        ClusterSnapshot snapshot;
        try
        {
            snapshot = await reader.ReadAsync(cancellationToken, withMetrics: true);
        }
        catch (ClusterUnreachableException e)
        {
            return new ClusterSurvey { Problem = e.Message };
        }

        var quotas = await QuotaReader.ReadAsync(patient, snapshot, options.Quota, options.CommandTimeout, cancellationToken);
        return new ClusterSurvey
        {
            Snapshot = snapshot,
            Findings = SafetyChecks.Evaluate(snapshot, options.SkippedChecks),
            Quotas = quotas,
            Verdicts = snapshot.Voters
                .Where(view => view.Status is not null)
                .ToDictionary(view => view.Id, view => Selection.DecideBeforeCompaction(view.Status!, quotas[view.Id],
                    request.Rule, options.MinReclaim)),
        };
    }
}
