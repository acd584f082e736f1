using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;

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

    public VirtualTime Time { get; } = new();

    public ModelNetwork Network { get; }

    public ModelCluster Cluster { get; }

    /// <summary>The client URL of the member with this number, from 1.</summary>
    public static string Url(int number) => $"http://10.0.0.{number}:2379";
}
