using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Execution.Running;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Model;

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
        var model = new ModelScene(members: 3);
        var request = new RunRequest { Options = new DefragOptions { UseCluster = true, WaitBetweenDefrags = TimeSpan.FromSeconds(1) }, Endpoints = [Endpoint.Parse(ModelScene.Url(1))] };
        RunReport? report = null;
        var scene = new AfterTheList(Lose);
        model.Network.Watch = scene;

        model.Time.Run(async () => report = await new DefragRun(new ModelClient(model.Network), model.Time, request, scene).RunAsync(CancellationToken.None));

        Assert.Equal(done, report!.Members.Count(member => member.Outcome is MemberOutcome.Done));
        Assert.Equal(passes ? ExitCode.Ok : ExitCode.Failed, ExitCodes.For(report));

        void Lose()
        {
            if (passes)
            {
                model.Cluster.LoseLeadership();
            }
            else
            {
                model.Cluster.SetLeader(null, "for good");
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
