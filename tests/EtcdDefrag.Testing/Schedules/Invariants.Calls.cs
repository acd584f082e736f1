using EtcdDefrag.Testing.Model;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>What must hold when a call that changes something is sent.</summary>
public sealed partial class Invariants
{
    private bool Skipped(string check) => options.Defrag.SkippedChecks.Contains(check);

    private void CheckMajor(ModelCall call)
    {
        if (_unanswered.Contains(Key(call)) || (call.Kind == CallKind.Compact && _compacted))
        {
            Violate("retried", $"{call.Name} was sent again although an earlier one may have run");
        }

        if (_unknown.Count > 0)
        {
            Violate("after-unknown", $"{call.Name} was sent although the outcome of {_unknown[0].Member.Name} is unknown and it has not answered since");
        }

        if (!Skipped("no-corrupt-alarm") && (_corruptKnown || (cluster.DangerSince >= 0 && cluster.DangerSince < _roundStart)))
        {
            Violate("corrupt", $"{call.Name} was sent while a CORRUPT or unknown alarm was active and known or knowable");
        }

        foreach (var other in cluster.Members)
        {
            if (other != call.Member && other.IsBlockedByUs)
            {
                Violate("one-at-a-time", $"{call.Name} was sent to {call.Member?.Name} while {other.Name} was still blocked by our defragmentation");
            }
        }
    }

    private void CheckDefragment(ModelCall call, ModelMember target)
    {
        if (call.Route is { } route
            && (route.IsLoadBalancer || (route.Diverted is not null && route.ChangedAt < SeenOf(route.Members[0]).IdentifiedAt)))
        {
            Violate("wrong-member", $"{call.Endpoint} is no way to one certain member, yet Defragment was sent there");
        }

        if (call.Route is { Diverted: not null })
        {
            // Re-pointed within the last look: nobody could know.
            return;
        }

        if (target.Cluster != cluster)
        {
            if (options.Defrag.UseCluster && cluster.Members.All(member => SeenOf(member).StatusAt < 0))
            {
                return; // the other cluster was named as well, and of the first nobody answered: it looks like one with a dead endpoint
            }

            Violate("foreign-cluster", $"Defragment was sent to {target.Name}, which is a member of another cluster");
            return;
        }

        if (!_sentTo.Add(target))
        {
            Violate("once", $"{target.Name} was told to defragment a second time");
        }

        if (target.IsLearner && target.LearnerSince < SeenOf(target).StatusAt)
        {
            Violate("learner", $"{target.Name} is a learner");
        }

        CheckLeader(target);
        CheckStops();
        if (_newRound)
        {
            Violate("stale-check", $"nothing was read since the last defragmentation before {target.Name} was told to defragment");
            return;
        }

        if (_readsInFlight == 0 && Time.Now - _lastReadEnd > RoundGap.Ticks)
        {
            Violate("stale-check", $"{target.Name} was told to defragment on what was read {TimeSpan.FromTicks(Time.Now - _lastReadEnd).TotalSeconds:0.#} s ago");
            return;
        }

        foreach (var member in cluster.Members)
        {
            if (member.IsVoter && (!options.Defrag.OnlyGivenEndpoints || _given.Contains(member)))
            {
                CheckVoter(target, member);
            }
        }

        CheckQuorum(target);
        CheckSnapshots(target);
    }

    /// <summary>A snapshot may begin on the way from the last look at the page to the call; one that is older than that must have been seen.</summary>
    private void CheckSnapshots(ModelMember target)
    {
        var seen = SeenOf(target);
        if (Skipped("no-snapshot-running") || seen.PageIsUnseen || target.Snapshots.Count == 0)
        {
            return;
        }

        var roundTrip = seen.Page.AnsweredAt - seen.Page.SentAt;
        if (target.Snapshots.Exists(opened => opened < Math.Max(seen.Page.SentAt, Time.Now - roundTrip)))
        {
            Violate("snapshot", $"{target.Name} was told to defragment while a snapshot of it was being read");
        }
    }

    private void CheckVoter(ModelMember target, ModelMember voter)
    {
        if (!voter.IsStarted)
        {
            if (!Skipped("members-started") && voter.BadSince < _roundStart)
            {
                Violate("voter-down", $"{target.Name} was told to defragment while the voter {voter.Name} had not started");
            }

            return;
        }

        var seen = SeenOf(voter);
        var reachableWaived = Skipped("members-reachable") || Skipped("quorum-read");
        if (!reachableWaived && seen.StatusAt < _roundStart)
        {
            Violate("stale-check", $"{target.Name} was told to defragment without a fresh status of {voter.Name}");
        }

        if (!reachableWaived && voter.BadSince >= 0)
        {
            var look = voter.IsBlocked || voter.IsIsolated ? (seen.ReadAt >= _roundStart ? seen.ReadAt : seen.StatusAt) : seen.StatusAt;
            if (voter.BadSince < look || seen.FailedAt > seen.StatusAt)
            {
                Violate("voter-down", $"{target.Name} was told to defragment while {voter.Name} was {voter.BadBecause}");
            }
        }

        if (seen.Lag > 500 && !Skipped("raft-in-sync"))
        {
            Violate("raft-lag", $"{target.Name} was told to defragment while {voter.Name} was seen {seen.Lag} entries behind");
        }
    }

    private void CheckQuorum(ModelMember target)
    {
        if (!Skipped("one-leader") && cluster.Leader is null && cluster.LeaderSince < _roundStart)
        {
            Violate("no-leader", $"{target.Name} was told to defragment while the cluster had had no leader for the whole last round");
        }

        if (cluster.VoterCount < 3 || options.Defrag.OnlyGivenEndpoints || Skipped("survives-one-loss") || Skipped("members-reachable") || Skipped("members-started") || Skipped("quorum-read"))
        {
            return;
        }

        var well = 0;
        foreach (var member in cluster.Members)
        {
            well += member != target && member.IsVoter && (member.BadSince < 0 || member.BadSince >= _roundStart) ? 1 : 0;
        }

        if (well < cluster.Quorum)
        {
            Violate("quorum", $"{target.Name} was told to defragment although only {well} other voters of {cluster.VoterCount} were well");
        }
    }

    private void CheckLeader(ModelMember target)
    {
        if (_doneAsLeader is { } early && early != target)
        {
            Violate("leader-last", $"{early.Name} was defragmented while it led, although {target.Name} was still to do");
        }

        var knownLeader = cluster.Leader == target && cluster.LeaderSince < SeenOf(target).StatusAt;
        if (!knownLeader)
        {
            return;
        }

        _doneAsLeader = target;
        // A voter that was added after the tool last asked for the member list is known to nobody.
        var others = cluster.Members.Where(other => other != target && other.IsVoter);
        if (options.Defrag.MoveLeader && others.Any(other => other.AddedAt <= _listedAt))
        {
            Violate("leader-not-moved", $"{target.Name} was told to defragment while it led, although leadership was to be moved first");
        }
    }

    /// <summary>Who is to lead must be able to: a voter that was well and caught up when last looked at.</summary>
    private void CheckHeir(ModelCall call)
    {
        if (cluster.Find(call.TargetMember) is not { } transferee)
        {
            Violate("bad-transferee", $"leadership was to go to {call.TargetMember}, which is no member");
            return;
        }

        var seen = SeenOf(transferee);
        var look = Math.Max(seen.ReadAt, seen.StatusAt);
        if ((transferee.IsLearner && transferee.LearnerSince < seen.StatusAt) || (transferee.BadSince >= 0 && transferee.BadSince < look) || seen.Lag > 500 || seen.FailedAt > seen.StatusAt)
        {
            Violate("bad-transferee", $"leadership was to go to {transferee.Name}, {(transferee.IsLearner ? "a learner" : transferee.BadBecause)}, seen {seen.Lag} entries behind");
        }
    }

    private void CheckStops()
    {
        if (options.Stop.IsCancellationRequested)
        {
            Violate("interrupted", "a member was started after the user's wish to stop");
        }

        if (options.Defrag.RunTimeout is { } bound && Time.Now > bound.Ticks)
        {
            Violate("run-timeout", $"a member was started after --run-timeout {bound}");
        }

        if (options.Defrag.Lock && _lockTaken && _lockKnownLost)
        {
            Violate("lock-lost", "a member was started after etcd had said that the lock is gone");
        }
    }
}
