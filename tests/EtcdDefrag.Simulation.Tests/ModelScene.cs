using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Execution.Running;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;
using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>A model cluster of voters m1, m2, … at 10.0.0.1, 10.0.0.2, …; the last one leads.</summary>
internal sealed class ModelScene
{
    public ModelScene(int members)
    {
        Network = new ModelNetwork(Time, new Journal(), new Dice(1));
        Cluster = new ModelCluster(Network, new Dice(2), new ClusterId(0xc1));
        for (var i = 1; i <= members; i++)
        {
            var member = Cluster.AddMember((ulong)(0x1000 + i), $"m{i}", learner: false);
            member.ClientUrls.Add(Url(i));
            Network.AddRoute(Url(i), member);
        }

        Cluster.SetLeader(Cluster.Members[^1], "from the beginning");
    }

    public VirtualTime Time { get; } = new() { MaxTime = TimeSpan.FromHours(1) };

    public ModelNetwork Network { get; }

    public ModelCluster Cluster { get; }

    /// <summary>The client URL of the member with this number, from 1.</summary>
    public static string Url(int number) => $"http://10.0.0.{number}:2379";

    /// <summary>A run through m1's endpoint, and others where given, to its end.</summary>
    public RunReport Run(DefragOptions options, CallScript script, IReadOnlyList<Fault>? faults = null, params string[] others)
    {
        Network.Watch = script;
        using var stop = new CancellationTokenSource();
        _ = new FaultInjector(Cluster, Network, faults ?? [], stop);
        RunReport? report = null;
        Endpoint[] endpoints = [Endpoint.Parse(Url(1)), .. others.Select(Endpoint.Parse)];
        var request = new RunRequest { Options = options, Endpoints = endpoints };
        var executor = new DefragRun(new ModelClient(Network), Time, request, script);
        Time.Run(async () => report = await executor.RunAsync(stop.Token));
        return report!;
    }
}
