using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution.Reading;

namespace EtcdDefrag.Core.Execution.Running;

/// <summary>Compares the key spaces of all voters: their hashes at one revision, above one and the
/// same compact revision.</summary>
internal sealed class Verifier(RunContext run)
{
    /// <summary>How long members may take to agree about the compact revision, and to reach the revision compared.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Compares, and tells.</summary>
    public async Task<VerifyResult> VerifyAsync(VerifyPhase phase, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var (result, explanation) = await CompareAsync(snapshot, cancellationToken);
        run.Emit(new RunEvent.Verified(phase, result, explanation));
        return result;
    }

    private async Task<(VerifyResult Result, string Explanation)> CompareAsync(ClusterSnapshot snapshot,
        CancellationToken cancellationToken)
    {
        var voters = snapshot.Voters.ToArray();
        if (voters.FirstOrDefault(view => view.Status is null || view.Endpoint is null) is { } silent)
        {
            return (VerifyResult.Inconclusive, $"{silent.Label} does not answer");
        }

        if (voters.Length == 0)
        {
            return (VerifyResult.Inconclusive, "no voter is left to compare");
        }

        var revision = voters.Min(view => view.Status!.Revision);
        var again = false;
        var (judged, problem) = await Poll.UntilAsync(run.Time, Patience, _ => LookAsync(),
            seen => seen.Judged is null ? PollInterval : null, cancellationToken);
        return judged ?? (VerifyResult.Inconclusive, problem);

        async Task<((VerifyResult Result, string Explanation)? Judged, string Problem)> LookAsync()
        {
            revision = again ? await NewestCommonRevisionAsync(voters, revision, cancellationToken) : revision;
            again = true;
            return await CompareAtRestAsync(voters, revision, cancellationToken) is { } equal
                ? (equal, "")
                : await CompareAtAsync(voters, revision, cancellationToken);
        }
    }

    /// <returns>What came of it; null: others write and compact while we look, so it is tried again, with why it failed.</returns>
    private async Task<((VerifyResult Result, string Explanation)? Judged, string Problem)> CompareAtAsync(
        MemberView[] voters, long revision, CancellationToken cancellationToken)
    {
        try
        {
            var hashes = await Task.WhenAll(voters.Select(view =>
                run.Client.HashKeySpaceAsync(view.Endpoint!, revision, run.Options.CommandTimeout, cancellationToken)));
            return hashes.All(hash => hash.CompactRevision == hashes[0].CompactRevision)
                ? (Judge(voters, hashes, revision), "")
                : (null, "the voters are compacted to different revisions "
                    + $"({string.Join(", ", hashes.Select(hash => hash.CompactRevision))})");
        }
        catch (ServerRejectedException e) when (e.Kind is RejectionKind.Compacted or RejectionKind.FutureRevision)
        {
            return (null, $"{e.Endpoint}: {e.WithoutEndpoint}");
        }
        catch (ClusterException e)
        {
            return ((VerifyResult.Inconclusive, $"{e.Endpoint}: {e.WithoutEndpoint}"), "");
        }
    }

    /// <summary>
    /// While nobody writes, the newest revision is compared without naming it. Named, the revision that was compacted to is
    /// refused by 3.4, and answered by later versions with the hash they kept from the compaction, before the file was rewritten.
    /// </summary>
    /// <returns>Null where somebody writes: then a named revision is compared, which lies above the compacted one.</returns>
    /// <remarks>Source: etcd 3.4 mvcc/kvstore.go, hashByRev; 3.5 mvcc/hash.go, hashStorage.HashByRev; 0 means
    /// the current revision.</remarks>
    private async Task<(VerifyResult Result, string Explanation)?> CompareAtRestAsync(MemberView[] voters, long revision,
        CancellationToken cancellationToken)
    {
        try
        {
            var hashes = await Task.WhenAll(
                voters.Select(view => run.Client.HashKeySpaceAsync(view.Endpoint!, 0, run.Options.CommandTimeout,
                cancellationToken)));
            var statuses = await Task.WhenAll(
                voters.Select(view => run.Client.GetStatusAsync(view.Endpoint!, run.Options.CommandTimeout, cancellationToken)));
            var atRest = statuses.All(status => status.Revision == revision)
                && hashes.All(hash => hash.CompactRevision == hashes[0].CompactRevision);
            return atRest ? Judge(voters, hashes, revision) : null;
        }
        catch (ClusterException)
        {
            return null; // the next attempt says what is wrong
        }
    }

    private async Task<long> NewestCommonRevisionAsync(MemberView[] voters, long fallback, CancellationToken cancellationToken)
    {
        var statuses = await Task.WhenAll(voters.Select(view =>
            run.Client.StatusOrNullAsync(view.Endpoint!, run.Options.CommandTimeout, cancellationToken)));
        return statuses.Min(status => status?.Revision ?? long.MinValue) is var newest and > long.MinValue
            ? newest
            : fallback; // the next attempt to hash says what is wrong
    }

    private static (VerifyResult Result, string Explanation) Judge(MemberView[] voters, KeySpaceHash[] hashes, long revision)
    {
        var where = $"at revision {revision}, compacted to {hashes[0].CompactRevision}";
        return hashes.All(hash => hash.Hash == hashes[0].Hash)
            ? (VerifyResult.Equal, $"all {voters.Length} voter(s) hold the same data {where}")
            : (VerifyResult.Different,
                $"the voters' data differ {where}: {string.Join(", ", voters.Zip(hashes, (view, hash) => $"{view.Label} hash {hash.Hash}"))}");
    }
}
