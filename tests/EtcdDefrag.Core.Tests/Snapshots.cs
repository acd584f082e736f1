using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Tests;

/// <summary>Snapshots to judge: a healthy cluster, and ways to spoil it.</summary>
internal static class Snapshots
{
    public const ulong Cluster = 0xc0ffee;

    public static MemberStatus Status(ulong id, ulong leader = 1) => new()
    {
        ClusterId = new ClusterId(Cluster),
        MemberId = new MemberId(id),
        Version = "3.5.30",
        DbSize = new ByteSize(100 << 20),
        DbSizeInUse = new ByteSize(40 << 20),
        Leader = new MemberId(leader),
        Revision = 5000,
        RaftTerm = 3,
        RaftIndex = 9000,
        RaftAppliedIndex = 9000,
    };

    public static Member Member(ulong id, bool learner = false, bool started = true) =>
        new(new MemberId(id), started ? $"m{id}" : "", started ? [$"http://10.0.0.{id}:2379"] : [], learner);

    public static MemberView View(ulong id, ulong leader = 1, bool learner = false) => new()
    {
        Member = Member(id, learner),
        Endpoint = Endpoint.Parse($"http://10.0.0.{id}:2379"),
        Status = Status(id, leader) with { IsLearner = learner },
        ReadTook = TimeSpan.FromMilliseconds(2),
    };

    /// <summary>A healthy cluster of voters 1..n, led by 1.</summary>
    public static ClusterSnapshot Healthy(int voters = 3) => Of([.. Enumerable.Range(1, voters).Select(id => View((ulong)id))]);

    public static ClusterSnapshot Of(params MemberView[] views) => new()
    {
        ClusterId = new ClusterId(Cluster),
        Members = [.. views.Select(view => view.Member)],
        Views = views,
    };

    /// <summary>The snapshot with one member's view changed.</summary>
    public static ClusterSnapshot With(this ClusterSnapshot snapshot, ulong id, Func<MemberView, MemberView> change)
    {
        MemberView[] views = [.. snapshot.Views.Select(view => view.Id.Value == id ? change(view) : view)];
        return snapshot with { Views = views, Members = [.. snapshot.Members.Select(member => views.FirstOrDefault(view => view.Id == member.Id)?.Member ?? member)] };
    }

    /// <summary>The snapshot with one member's status changed.</summary>
    public static ClusterSnapshot WithStatus(this ClusterSnapshot snapshot, ulong id, Func<MemberStatus, MemberStatus> change) =>
        snapshot.With(id, view => view with { Status = change(view.Status!) });

    /// <summary>The snapshot with one member down.</summary>
    public static ClusterSnapshot WithDown(this ClusterSnapshot snapshot, ulong id) =>
        snapshot.With(id, view => view with { Status = null, StatusProblem = "Status: connection refused", ReadProblem = "Range: connection refused", AlarmProblem = "Alarm: connection refused" });

    /// <summary>The snapshot with a member in the list that nobody has a view of.</summary>
    public static ClusterSnapshot WithUnstarted(this ClusterSnapshot snapshot, ulong id, bool learner = false)
    {
        var member = Member(id, learner, started: false);
        return snapshot with
        {
            Members = [.. snapshot.Members, member],
            Views = [.. snapshot.Views, new MemberView { Member = member, StatusProblem = "it has not started" }],
        };
    }
}
