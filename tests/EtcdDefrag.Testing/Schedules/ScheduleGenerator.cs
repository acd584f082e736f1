using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Testing.Schedules;

/// <summary>Draws a schedule from a seed. Weighted so that most runs get to work and most faults strike while they work.</summary>
public static class ScheduleGenerator
{
    private static readonly string[] Versions = ["3.4.23", "3.4.44", "3.5.9", "3.5.16", "3.5.22", "3.5.30", "3.6.2", "3.6.14", "3.7.1"];
    private static readonly int[] VoterCounts = [1, 2, 3, 3, 3, 3, 3, 3, 4, 5, 5, 5, 6, 7];

    public static Schedule Draw(long seed)
    {
        var dice = new Dice((ulong)seed);
        var time = new VirtualTime();
        var journal = new Journal();
        var network = new ModelNetwork(time, journal, dice.Fork());
        var cluster = new ModelCluster(network, dice.Fork(), new ClusterId(0xc1));
        List<Endpoint> urls = [];
        DrawMembers(dice, cluster, network, urls);
        DrawTraffic(dice, cluster);
        var interrupt = new CancellationTokenSource();
        var defrag = DrawOptions(dice, cluster);
        var options = new ScheduleOptions { Defrag = defrag, Endpoints = DrawEndpoints(dice, cluster, network, urls, defrag.UseCluster), Stop = interrupt.Token };
        var faults = new FaultDraw(dice, cluster, urls).Draw();
        return new Schedule
        {
            Time = time,
            Journal = journal,
            Network = network,
            Cluster = cluster,
            Options = options,
            Faults = faults,
            Interrupt = interrupt,
            MemberUrls = urls,
        };
    }

    private static void DrawMembers(Dice dice, ModelCluster cluster, ModelNetwork network, List<Endpoint> urls)
    {
        var voters = dice.Pick(VoterCounts);
        var learners = dice.Chance(0.12) ? 1 : 0;
        var version = dice.Pick(Versions);
        var size = dice.Between(5.0, 400.0) * (1 << 20) * (dice.Chance(0.1) ? 20 : 1);
        var (live, inUse) = (dice.Between(0.2, 0.5), dice.Between(0.5, 0.8));

        // Members hold the same data in about as many pages; in a few clusters they don't, as after a restore or with other fill factors.
        var spread = dice.Chance(0.9) ? 0.005 : 0.2;
        for (var i = 0; i < voters + learners; i++)
        {
            var member = cluster.AddMember((dice.Next() >> 1) | 1, $"m{i + 1}", learner: i >= voters);
            member.SetVersion(dice.Chance(0.05) ? dice.Pick(Versions) : version);
            member.Live = size * live * dice.Between(1 - spread, 1 + spread);
            member.InUse = size * inUse * dice.Between(1 - spread, 1 + spread);
            member.DbSize = size * dice.Between(1.0, 1.3);
            member.Latency = dice.Seconds(0.0001, 0.004);
            member.DefragBytesPerSecond = dice.Between(30.0, 250.0) * (1 << 20);
            member.QuotaInMetrics = dice.Chance(0.8);
            member.Quota = 8L << 30;
            AddUrls(dice, network, member, i + 1, urls);
        }

        if (dice.Chance(0.02))
        {
            cluster.AddMember(0xbad, "late", learner: false, started: false);
        }

        cluster.SetLeader(cluster.Members[dice.Between(0, voters)], "from the beginning");
        cluster.RaftChanged();
        if (dice.Chance(0.02))
        {
            cluster.Members[dice.Between(0, voters)].DataDiffer = true;
        }
    }

    private static void AddUrls(Dice dice, ModelNetwork network, ModelMember member, int number, List<Endpoint> urls)
    {
        var url = $"http://10.0.0.{number}:2379";
        network.AddRoute(url, member);
        member.ClientUrls.Add(url);
        urls.Add(Endpoint.Parse(url));
        if (dice.Chance(0.15))
        {
            var second = $"http://{(dice.Chance(0.5) ? "127.0.0" : "192.168.7")}.{number}:2379";
            network.AddRoute(second, member);
            member.ClientUrls.Insert(dice.Chance(0.5) ? 0 : 1, second);
        }
    }

    private static void DrawTraffic(Dice dice, ModelCluster cluster)
    {
        cluster.WritesPerSecond = dice.Chance(0.5) ? dice.Between(0.0, 400.0) : 0;
        cluster.BytesPerWrite = dice.Between(10.0, 1000.0);
        cluster.CatchUpPerSecond = dice.Between(1000.0, 10_000.0);
        cluster.Auth = dice.Chance(0.02) ? AuthMode.NoRoot : dice.Chance(0.01) ? AuthMode.NotLoggedIn : AuthMode.Everything;
        if (dice.Chance(0.08))
        {
            cluster.ActivateAlarm(cluster.Members[0], AlarmKind.NoSpace);
        }

        if (dice.Chance(0.02))
        {
            cluster.ActivateAlarm(cluster.Members[^1], dice.Chance(0.5) ? AlarmKind.Corrupt : AlarmKind.Unknown);
        }
    }

    private static DefragOptions DrawOptions(Dice dice, ModelCluster cluster) => new()
    {
        UseCluster = dice.Chance(0.75),
        OnlyGivenEndpoints = dice.Chance(0.05),
        ExcludeLocalhost = dice.Chance(0.1),
        Compaction = dice.Chance(0.7),
        CompactionRetainRevisions = dice.Chance(0.2) ? dice.Between(1, 5000) : 0,
        ContinueOnError = dice.Chance(0.8),
        DryRun = dice.Chance(0.04),
        MoveLeader = dice.Chance(0.4),
        WaitBetweenDefrags = dice.Chance(0.5) ? null : dice.Seconds(0.0, 10.0),
        CommandTimeout = dice.Seconds(2.0, 30.0),
        DefragTimeout = dice.Chance(0.3) ? dice.Seconds(0.3, 10.0) : TimeSpan.FromMinutes(10),
        RecoveryTimeout = dice.Chance(0.95) ? dice.Seconds(1.0, 10.0) : dice.Seconds(10.0, 60.0),
        RunTimeout = dice.Chance(0.05) ? dice.Seconds(1.0, 60.0) : null,
        MinReclaim = new ByteSize(dice.Chance(0.1) ? dice.Between(0, 100 << 20) : 0),
        AutoDisalarm = dice.Chance(0.3) || cluster.Alarms.Count > 0,
        Verify = dice.Chance(0.15),
        Lock = dice.Chance(0.25),
        SkippedChecks = dice.Chance(0.03) ? new HashSet<string>(StringComparer.Ordinal) { "raft-in-sync" } : new HashSet<string>(StringComparer.Ordinal),
    };

    private static IReadOnlyList<Endpoint> DrawEndpoints(Dice dice, ModelCluster cluster, ModelNetwork network, List<Endpoint> urls, bool useCluster)
    {
        if (dice.Chance(0.03))
        {
            network.AddRoute("http://lb.example:2379", [.. cluster.Members.Where(member => member.IsStarted)]);
            return [Endpoint.Parse("http://lb.example:2379")];
        }

        if (dice.Chance(0.01))
        {
            var foreign = new ModelCluster(network, dice.Fork(), new ClusterId(0xf0)) { WritesPerSecond = 1 };
            var stranger = foreign.AddMember(0xf00, "stranger", learner: false);
            stranger.ClientUrls.Add("http://10.9.9.9:2379");
            network.AddRoute("http://10.9.9.9:2379", stranger);
            foreign.SetLeader(stranger, "from the beginning");
            return [urls[0], Endpoint.Parse("http://10.9.9.9:2379")];
        }

        if (useCluster)
        {
            return [dice.Pick(urls)];
        }

        // All of them, or only some: the rest are voters that only the checks look at.
        return dice.Chance(0.7) ? [.. urls] : [.. urls.Take(dice.Between(1, urls.Count + 1))];
    }
}
