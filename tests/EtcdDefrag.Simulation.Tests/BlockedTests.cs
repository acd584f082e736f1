using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Execution.Running;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Testing.Schedules;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>How long a member was blocked, as the report has it, against what the model knows.</summary>
public sealed class BlockedTests
{
    [Fact]
    public void A_member_was_blocked_from_the_call_until_it_was_seen_to_answer()
    {
        var compared = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            RunReport? report = null;
            var result = Testing.Schedules.Simulation.Run(seed, async (client, time, options) =>
            {
                var request = new RunRequest { Options = options.Defrag, Endpoints = options.Endpoints };
                report = await new DefragRun(client, time, request, new Nobody()).RunAsync(options.Stop);
                return new RunSummary((int)ExitCodes.For(report), []);
            });
            foreach (var member in report!.Members.Where(member => member.Outcome is MemberOutcome.Done))
            {
                Assert.Equal(member.After is null, member.Blocked is null);
                var truth = result.Schedule.Cluster.Defrags.FirstOrDefault(defrag => defrag is { Completed: true, Call: { } call } && call.Member?.Id == member.Target.MemberId);
                if (member.Blocked is { } blocked && truth is not null)
                {
                    compared++;
                    Assert.True(blocked >= TimeSpan.FromTicks(truth.EndsAt - truth.Call!.SentAt), $"seed {seed}: {member}");
                    Assert.True(member.Took is not { } took || blocked >= took, $"seed {seed}: {member}");
                }
            }
        }

        Assert.True(compared > 400, $"{compared} compared");
    }

    [Fact]
    public void A_pause_that_nobody_asked_for_is_as_long_as_the_block_and_none_follows_a_short_one()
    {
        var (pauses, shortBlocks) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var events = new Collector();
            Testing.Schedules.Simulation.Run(seed, async (client, time, options) =>
            {
                var request = new RunRequest { Options = options.Defrag, Endpoints = options.Endpoints };
                var report = await new DefragRun(client, time, request, events).RunAsync(options.Stop);
                return new RunSummary((int)ExitCodes.For(report), []);
            });
            var adaptive = events.All.OfType<RunEvent.Pausing>().Where(pause => pause.Adaptive).ToArray();
            Assert.All(adaptive, pause => Assert.InRange(pause.Duration, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)));
            pauses += adaptive.Length;
            shortBlocks += events.All.OfType<RunEvent.MemberDone>().Count(done => done.Blocked < TimeSpan.FromSeconds(1));
        }

        Assert.True(pauses > 50 && shortBlocks > 50, $"{pauses} pauses, {shortBlocks} short blocks");
    }

    private sealed class Collector : IRunObserver
    {
        public List<RunEvent> All { get; } = [];

        public void OnEvent(RunEvent runEvent) => All.Add(runEvent);
    }

    private sealed class Nobody : IRunObserver
    {
        public void OnEvent(RunEvent runEvent)
        {
            // Nobody watches.
        }
    }
}
