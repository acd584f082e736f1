using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Testing.Model;

/// <summary>What a member does with a call.</summary>
public sealed partial class ModelCluster
{
    /// <summary>How long etcd lets a proposal wait for raft: 5 s and two election timeouts.</summary>
    /// <remarks>Source: ReqTimeout, etcd server/config/config.go.</remarks>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(7);

    internal void Serve(ModelCall call)
    {
        var member = call.Member!;
        Advance();
        if (call.IsSettled && !call.IsMajor)
        {
            // The caller has gone; nobody will read the answer.
            member.Open.Remove(call);
            return;
        }

        if (member.IsHanging || MustWaitForFile(call, member))
        {
            Park(call, member);
            return;
        }

        if (Refusal(call, member) is { } refusal)
        {
            Done(call, refusal);
            return;
        }

        if (NeedsRaft(call.Kind) && (Leader is null || !member.IsRaftAlive || !HasQuorum))
        {
            Park(call, member);
            return;
        }

        call.Parked = false;
        Handle(call, member);
    }

    /// <summary>Ends a call whose answer is an acknowledgement or an error.</summary>
    internal void Reply(ModelCall call, EtcdText? error)
    {
        if (call.Member!.IsUp)
        {
            Done(call, error);
        }
    }

    private static bool NeedsRaft(CallKind kind) =>
        kind is not (CallKind.Status or CallKind.ListKnownMembers or CallKind.Metrics or CallKind.HashKeySpace or CallKind.Defragment or CallKind.MoveLeader);

    /// <summary>Whether the call must wait until the member's file is free again. Table B6 of etcd's versions decides for Status.</summary>
    private static bool MustWaitForFile(ModelCall call, ModelMember member) => member.IsBlocked && call.Kind switch
    {
        CallKind.Status => !member.StatusAnswersWhileBlocked,
        CallKind.ListMembers => member.Lag >= 1,
        CallKind.Defragment or CallKind.MoveLeader or CallKind.Metrics or CallKind.KeepAlive or CallKind.ListKnownMembers => false,
        _ => true,
    };

    private EtcdText? Refusal(ModelCall call, ModelMember member)
    {
        if (member.IsLearner && call.Kind is not (CallKind.Status or CallKind.Metrics))
        {
            return member.IsBefore36 ? EtcdText.LearnerOld : EtcdText.LearnerNew;
        }

        if (Auth != AuthMode.Everything)
        {
            return call.Kind switch
            {
                CallKind.Metrics or CallKind.ListMembers or CallKind.ListKnownMembers => null,
                _ when Auth == AuthMode.NotLoggedIn => EtcdText.UserEmpty,
                CallKind.Defragment or CallKind.HashKeySpace or CallKind.MoveLeader or CallKind.Disarm => EtcdText.PermissionDenied,
                CallKind.ReadLinearizable or CallKind.TryCreateKey => EtcdText.PermissionDenied,
                _ => null,
            };
        }

        return call.Kind is CallKind.GrantLease or CallKind.TryCreateKey
            ? HasAlarm(AlarmKind.Corrupt) ? EtcdText.Corrupt
            : HasAlarm(AlarmKind.NoSpace) ? EtcdText.NoSpace
            : member.Lag > 5000 ? EtcdText.TooManyRequests : null
            : null;
    }

    private void Park(ModelCall call, ModelMember member)
    {
        if (call.Parked)
        {
            return;
        }

        call.Parked = true;
        if (!member.IsHanging && NeedsRaft(call.Kind) && call.Kind is not CallKind.ReadLinearizable and not CallKind.ListMembers)
        {
            Time.After(RequestTimeout, _ =>
            {
                if (call.Parked && member.IsUp && !member.IsHanging)
                {
                    Done(call, EtcdText.RequestTimedOut);
                }
            }, null);
        }
    }

    private void ServeParked(ModelMember member)
    {
        foreach (var call in member.Open.ToArray())
        {
            if (call.Parked && member.IsUp)
            {
                call.Parked = false;
                Serve(call);
            }
        }
    }

    private void ServeWaitingForRaft()
    {
        foreach (var member in _members)
        {
            if (member.Open.Count > 0 && !member.IsHanging)
            {
                ServeParked(member);
            }
        }
    }

    private void Handle(ModelCall call, ModelMember member)
    {
        switch (call.Kind)
        {
            case CallKind.ListMembers or CallKind.ListKnownMembers:
                network.Answer((ModelCall<MemberList>)call, new MemberList(Id, member.Id, ListMembers()));
                break;
            case CallKind.Status:
                network.Answer((ModelCall<MemberStatus>)call, StatusOf(member));
                break;
            case CallKind.ReadLinearizable:
                // It has to apply first what was committed before.
                Time.After(TimeSpan.FromSeconds(member.Lag / CatchUpPerSecond), _ => AnswerRead((ModelCall<MemberId>)call, member), null);
                break;
            case CallKind.ListAlarms:
                network.Answer((ModelCall<IReadOnlyList<Alarm>>)call, [.. Alarms]);
                break;
            case CallKind.Metrics:
                network.Answer((ModelCall<MemberMetrics?>)call, MetricsOf(member));
                break;
            case CallKind.HashKeySpace:
                Hash((ModelCall<KeySpaceHash>)call, member);
                break;
            case CallKind.Compact:
                Compact(call, member);
                break;
            case CallKind.Defragment:
                BeginDefrag(member, call);
                break;
            case CallKind.MoveLeader:
                MoveLeader(call, member);
                break;
            case CallKind.Disarm:
                Clear(call.Alarm!);
                Done(call, null);
                break;
            default:
                HandleLease(call);
                break;
        }
    }

    private void AnswerRead(ModelCall<MemberId> call, ModelMember member)
    {
        if (member.IsBlocked || member.IsHanging)
        {
            call.Parked = true;
        }
        else if (member.IsUp)
        {
            network.Answer(call, member.Id);
        }
    }

    private void HandleLease(ModelCall call)
    {
        Committed += 1;
        switch (call.Kind)
        {
            case CallKind.GrantLease:
                network.Answer((ModelCall<long>)call, Grant(call.TimeToLive));
                break;
            case CallKind.KeepAlive:
                network.Answer((ModelCall<bool>)call, Renew(call.Number));
                break;
            case CallKind.RevokeLease:
                Done(call, Revoke(call.Number, "revoked by us") ? null : EtcdText.LeaseNotFound);
                break;
            default:
                if (IsLeaseAlive(call.Number))
                {
                    network.Answer((ModelCall<string?>)call, Create(call.Key, call.Value, call.Number));
                }
                else
                {
                    Done(call, EtcdText.LeaseNotFound);
                }

                break;
        }
    }

    private void Compact(ModelCall call, ModelMember member)
    {
        if (call.Number <= CompactRevision || call.Number > RevisionOf(member))
        {
            Done(call, call.Number <= CompactRevision ? EtcdText.Compacted : EtcdText.FutureRevision);
            return;
        }

        var took = Compact(call.Number, member);
        Time.After(took, _ => Reply(call, null), null);
    }

    private void MoveLeader(ModelCall call, ModelMember member)
    {
        var target = Find(call.TargetMember);
        if (LeaderSeenBy(member) != member.Id)
        {
            Done(call, EtcdText.NotLeader);
        }
        else if (target is null || target.IsLearner)
        {
            Done(call, EtcdText.BadLeaderTransferee);
        }
        else
        {
            Transfer(call, target);
        }
    }

    private void Hash(ModelCall<KeySpaceHash> call, ModelMember member)
    {
        var revision = call.Number == 0 ? RevisionOf(member) : call.Number;
        if (revision > RevisionOf(member) || revision < CompactRevision)
        {
            Done(call, revision < CompactRevision ? EtcdText.Compacted : EtcdText.FutureRevision);
            return;
        }

        var hash = (uint)((revision * 2654435761) ^ (CompactRevision * 40503)) ^ (member.DataDiffer ? 0x5bd1e995u : 0);
        network.Answer(call, new KeySpaceHash(hash, CompactRevision));
    }

    private void Done(ModelCall call, EtcdText? error)
    {
        call.Parked = false;
        if (call.Served)
        {
            return;
        }

        call.Served = true;
        if (error is null)
        {
            network.Answer((ModelCall<bool>)call, true);
        }
        else
        {
            network.Reject(call, error);
        }
    }

    private Member[] ListMembers()
    {
        var list = new Member[_members.Count];
        for (var i = 0; i < list.Length; i++)
        {
            var member = _members[i];
            list[i] = member.IsStarted
                ? new Member(member.Id, member.Name, [.. member.ClientUrls], member.IsLearner)
                : new Member(member.Id, "", [], member.IsLearner);
        }

        return list;
    }

    private static MemberMetrics? MetricsOf(ModelMember member) => member.QuotaInMetrics ? new MemberMetrics
    {
        MemberId = member.Id,
        Quota = new ByteSize(member.Quota),
        Snapshots = member.Snapshots.Count,
        Defragmenting = member.Defrag is not null,
    } : null;

    private MemberStatus StatusOf(ModelMember member)
    {
        var leader = LeaderSeenBy(member);
        List<string> errors = leader.IsNone ? ["etcdserver: no leader"] : [];
        foreach (var alarm in Alarms)
        {
            errors.Add($"memberID:{alarm.MemberId.Value} alarm:{alarm.Name} ");
        }

        return new MemberStatus
        {
            ClusterId = Id,
            MemberId = member.Id,
            Version = member.Version,
            DbSize = new ByteSize((long)member.DbSize),
            DbSizeInUse = new ByteSize((long)member.InUse),
            DbSizeQuota = member.IsBefore36 ? null : new ByteSize(member.Quota),
            Leader = leader,
            Revision = RevisionOf(member),
            RaftTerm = Term,
            RaftIndex = (ulong)member.KnownCommitted,
            RaftAppliedIndex = (ulong)Math.Min(member.Applied, member.KnownCommitted),
            Errors = errors,
            IsLearner = member.IsLearner,
            DowngradeTarget = member.IsBefore36 ? null : DowngradeTarget,
        };
    }
}
