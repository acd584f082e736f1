using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>
/// An election between two members passes by itself: it delays a run, and does not end it. It has to begin between the member list, which waits for
/// a leader, and the members' statuses, which don't; 3.4 does not wait for the list either.
/// </summary>
public sealed class PassingTroubleTests
{
    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)] // nobody is elected: most voters are cut off from each other for good
    public void An_election_between_two_members_is_waited_for(bool passes, int done)
    {
        var time = new VirtualTime();
        var network = new ModelNetwork(time, new Journal(), new Dice(1));
        var cluster = new ModelCluster(network, new Dice(2), new ClusterId(0xc1));
        for (var i = 1; i <= 3; i++)
        {
            var url = $"http://10.0.0.{i}:2379";
            var member = cluster.AddMember((ulong)(0x1000 + i), $"m{i}", learner: false);
            member.ClientUrls.Add(url);
            network.AddRoute(url, member);
        }

        cluster.SetLeader(cluster.Members[2], "from the beginning");
        var request = new RunRequest { Options = new DefragOptions { UseCluster = true, WaitBetweenDefrags = TimeSpan.FromSeconds(1) }, Endpoints = [Endpoint.Parse("http://10.0.0.1:2379")] };
        RunReport? report = null;
        var scene = new AfterTheList(Lose);
        network.Watch = scene;

        time.Run(async () => report = await new PlanExecutor(new ModelClient(network), time, request, scene).RunAsync(CancellationToken.None));

        Assert.Equal(done, report!.Members.Count(member => member.Outcome is MemberOutcome.Done));
        Assert.Equal(passes ? ExitCode.Ok : ExitCode.Failed, ExitCodes.For(report));

        void Lose()
        {
            if (passes)
            {
                cluster.LoseLeadership();
            }
            else
            {
                cluster.SetLeader(null, "for good");
            }
        }
    }

    private sealed class AfterTheList(Action action) : IRunObserver, ICallWatch
    {
        private bool _armed;

        public void OnEvent(RunEvent runEvent) => _armed |= runEvent is RunEvent.Pausing;

        public void Sent(ModelCall call)
        {
            // Only how it ends matters.
        }

        public void Settled(ModelCall call)
        {
            if (_armed && call.Kind == CallKind.ListMembers)
            {
                _armed = false;
                action();
            }
        }
    }
}
