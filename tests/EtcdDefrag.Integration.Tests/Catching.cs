using System.Diagnostics;
using EtcdDefrag.Testing;
using EtcdDefrag.Testing.Etcd;
using EtcdDefrag.Testing.Processes;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Stops or kills a member in the middle of its defragmentation, which is there for a few dozen milliseconds.</summary>
internal static class Catching
{
    private const int Tries = 5;

    /// <summary>Runs a test that catches a member at it; where that came too late, it starts over, with a new cluster.</summary>
    public static async Task TryAsync(Func<Task> test)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await test();
                return;
            }
            catch (MissedException) when (attempt < Tries)
            {
            }
        }
    }

    /// <summary>Waits until some member is at it, and freezes or kills that member in the middle of it.</summary>
    /// <exception cref="MissedException">The member was done before it stood still.</exception>
    public static async Task<EtcdMember> CatchDefragmentingAsync(EtcdCluster cluster, Signal signal, EtcdMember? besides = null)
    {
        var others = cluster.Members.Where(member => member != besides).ToArray();
        var caught = await Task.Factory.StartNew(() => Catch(others), Scene.Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await caught.SuspendAsync(Scene.Stop);
        if (!caught.IsDefragmenting || ServerLog.Defragmentations(others).Any(one => one.Ended is not null))
        {
            throw new MissedException();
        }

        if (signal == Signal.Kill)
        {
            await caught.KillAsync(Scene.Stop);
        }

        return caught;
    }

    // A loop without a pause worth the name. The new file is there before the log says so; the tests want both.
    private static EtcdMember Catch(EtcdMember[] members)
    {
        var limit = Stopwatch.StartNew();
        while (limit.Elapsed < Wait.Limit)
        {
            Scene.Stop.ThrowIfCancellationRequested();
            if (members.FirstOrDefault(member => member.IsDefragmenting) is not { } busy)
            {
                Thread.Sleep(1);
            }
            else if (busy.LogText.Contains("\"msg\":\"defragmenting\"", StringComparison.Ordinal))
            {
                busy.Send(Signal.Stop);
                return busy;
            }
        }

        throw ServerLog.Defragmentations(members).Count > 0 ? new MissedException() : new TimeoutException("no member began a defragmentation");
    }

    private sealed class MissedException() : Exception("the defragmentation was over before the member stood still");
}
