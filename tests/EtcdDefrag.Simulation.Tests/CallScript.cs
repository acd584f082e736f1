using EtcdDefrag.Core.Execution;
using EtcdDefrag.Testing.Model;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>Notes the calls that change something, and acts when a call is sent or settled.</summary>
internal sealed class CallScript : ICallWatch, IRunObserver
{
    private readonly Dictionary<(CallKind, ModelMember?), int> _counts = [];

    /// <summary>Called with each call sent, and its number among the calls of its kind to its member, from 1.</summary>
    public Action<ModelCall, int>? OnSent { get; init; }

    /// <summary>Called with each call that is settled.</summary>
    public Action<ModelCall>? OnSettled { get; init; }

    /// <summary>The calls sent that change something, leases and the lock aside, as "Defragment http://…".</summary>
    public List<string> Changes { get; } = [];

    /// <summary>What was told.</summary>
    public List<RunEvent> Events { get; } = [];

    public void Sent(ModelCall call)
    {
        var count = _counts[(call.Kind, call.Member)] = _counts.GetValueOrDefault((call.Kind, call.Member)) + 1;
        if (call.IsMajor)
        {
            Changes.Add($"{call.Name} {call.Endpoint}");
        }

        OnSent?.Invoke(call, count);
    }

    public void Settled(ModelCall call) => OnSettled?.Invoke(call);

    public void OnEvent(RunEvent runEvent) => Events.Add(runEvent);
}
