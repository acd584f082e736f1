using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Testing.Model;

/// <summary>Who leads, and how that changes. Elections take virtual time and a quorum; a member that is only blocked causes none.</summary>
public sealed partial class ModelCluster
{
    private bool _electionPending;

    public ModelMember? Leader { get; private set; }

    /// <summary>Since when <see cref="Leader"/> is what it is.</summary>
    public long LeaderSince { get; private set; }

    public ulong Term { get; private set; } = 2;

    public bool HasQuorum
    {
        get
        {
            var alive = 0;
            foreach (var member in _members)
            {
                alive += member.IsVoter && member.IsRaftAlive ? 1 : 0;
            }

            return alive >= Quorum;
        }
    }

    /// <summary>Whom this member believes to lead. An isolated member notices after an election timeout.</summary>
    public MemberId LeaderSeenBy(ModelMember member) =>
        member.IsRaftAlive || (member.IsIsolated && Time.Now - member.IsolatedAt < TimeSpan.TicksPerSecond)
            ? Leader?.Id ?? MemberId.None
            : MemberId.None;

    public void SetLeader(ModelMember? leader, string why)
    {
        Advance();
        Leader = leader;
        LeaderSince = Time.Now;
        Term++;
        Committed += leader is null ? 0 : 1;
        Note(leader is null ? "no leader" : "leads now", leader, why);
        if (leader is not null)
        {
            ExtendLeases();
            ServeWaitingForRaft();
        }
    }

    /// <summary>Moves leadership as somebody with etcdctl would.</summary>
    public void MoveLeadershipAway(ModelMember? to)
    {
        if (Leader is null || !HasQuorum)
        {
            return;
        }

        var target = to is { IsVoter: true, IsRaftAlive: true } && to != Leader ? to : PickLeader(Leader);
        if (target is not null)
        {
            SetLeader(target, "moved by someone else");
        }
    }

    /// <summary>The leader drops its role for no visible reason (a slow disk, a lost heartbeat); an election follows.</summary>
    public void LoseLeadership()
    {
        if (Leader is { } old)
        {
            SetLeader(null, "leadership lost");
            ScheduleElection(old);
        }
    }

    internal void RaftChanged()
    {
        if (_electionPending || (Leader is { IsRaftAlive: true } && HasQuorum))
        {
            ServeWaitingForRaft();
            return;
        }

        _electionPending = true;
        Time.After(dice.Seconds(1.0, 1.6), static state => ((ModelCluster)state!).ElectionTimeout(), this);
    }

    /// <summary>Starts the transfer; the answer is given when it has happened or took too long.</summary>
    internal void Transfer(ModelCall call, ModelMember target)
    {
        if (!target.IsRaftAlive || !HasQuorum)
        {
            Time.After(TimeSpan.FromSeconds(1.5), _ => Reply(call, EtcdText.TransferTooLong), null);
            return;
        }

        Time.After(dice.Seconds(0.01, 0.12), _ =>
        {
            var from = call.Member!;
            if (Leader == from && target.IsRaftAlive && from.IsRaftAlive && HasQuorum)
            {
                SetLeader(target, "moved by us");
            }

            Reply(call, Leader == target ? null : EtcdText.TransferTooLong);
        }, null);
    }

    private void ElectionTimeout()
    {
        _electionPending = false;
        if (Leader is { IsRaftAlive: true } && HasQuorum)
        {
            return;
        }

        if (Leader is not null)
        {
            SetLeader(null, "heartbeats missing");
        }

        ScheduleElection(null);
    }

    private void ScheduleElection(ModelMember? butNot)
    {
        if (_electionPending || !HasQuorum)
        {
            return;
        }

        _electionPending = true;
        Time.After(dice.Seconds(0.05, 0.9), _ =>
        {
            _electionPending = false;
            if (Leader is null && PickLeader(butNot) is { } winner)
            {
                SetLeader(winner, "elected");
            }
        }, null);
    }

    private ModelMember? PickLeader(ModelMember? butNot)
    {
        if (!HasQuorum)
        {
            return null;
        }

        var start = dice.Between(0, _members.Count);
        ModelMember? last = null;
        for (var i = 0; i < _members.Count; i++)
        {
            var member = _members[(start + i) % _members.Count];
            if (member.IsVoter && member.IsRaftAlive)
            {
                if (member != butNot)
                {
                    return member;
                }

                last = member;
            }
        }

        return last;
    }
}
