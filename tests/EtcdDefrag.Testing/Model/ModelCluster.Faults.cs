namespace EtcdDefrag.Testing.Model;

/// <summary>What can befall a member.</summary>
public sealed partial class ModelCluster
{
    public void Crash(ModelMember member)
    {
        if (!member.IsUp)
        {
            return;
        }

        Advance();
        Note("crashes", member);
        member.IsUp = false;
        member.IsHanging = false;
        AbandonDefrags(member);
        Changed(member);
        foreach (var call in member.Open.ToArray())
        {
            network.Lose(call);
        }

        member.Open.Clear();
    }

    public void Restart(ModelMember member)
    {
        if (!member.IsUp)
        {
            Advance();
            Note("is up again", member);
            member.IsUp = true;
            Changed(member);
        }
    }

    /// <summary>As SIGSTOP: connections stand, nothing answers, peers miss it.</summary>
    public void Suspend(ModelMember member)
    {
        if (member.IsUp && !member.IsHanging)
        {
            Advance();
            Note("hangs", member);
            member.IsHanging = true;
            Freeze(member);
            Changed(member);
        }
    }

    public void Resume(ModelMember member)
    {
        if (member.IsHanging)
        {
            Advance();
            Note("goes on", member);
            member.IsHanging = false;
            Thaw(member);
            Changed(member);
            ServeParked(member);
        }
    }

    public void SetOffNetwork(ModelMember member, bool off)
    {
        Advance();
        Note(off ? "is off the network" : "is on the network again", member);
        member.IsOffNetwork = off;
        Changed(member);
        if (!off)
        {
            network.DeliverDelayed(member);
        }
    }

    public void SetIsolated(ModelMember member, bool isolated)
    {
        Advance();
        Note(isolated ? "is isolated from its peers" : "reaches its peers again", member);
        member.IsIsolated = isolated;
        member.IsolatedAt = Time.Now;
        Changed(member);
    }

    /// <summary>It falls behind: it has that many entries still to apply.</summary>
    public void SpikeLag(ModelMember member, double entries)
    {
        Advance();
        Note("falls behind", member, "", (long)entries);
        Committed += entries;
        foreach (var other in _members)
        {
            if (other.IsRaftAlive)
            {
                other.KnownCommitted = Committed;
                other.Applied = other == member ? other.Applied : Math.Max(other.Applied, Committed);
            }
        }
    }

    public void TurnIntoLearner(ModelMember member)
    {
        if (member.IsVoter && VoterCount > 1)
        {
            Advance();
            Note("is a learner now", member);
            member.IsLearner = true;
            member.LearnerSince = Time.Now;
            VoterCount--;
            if (Leader == member)
            {
                SetLeader(null, "the leader became a learner");
            }

            Changed(member);
        }
    }

    private void Changed(ModelMember member)
    {
        Judge(member);
        RaftChanged();
    }
}
