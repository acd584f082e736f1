using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Testing.Model;

/// <summary>Carries calls to members and answers back, with all that can go wrong on the way.</summary>
public sealed class ModelNetwork(VirtualTime time, Journal journal, Dice dice)
{
    private static readonly string[] s_ends = ["", "-> answered", "-> rejected", "-> not sent", "-> NO ANSWER", "-> cancelled"];

    private readonly Dictionary<Endpoint, Route> _routes = [];

    public VirtualTime Time { get; } = time;

    public Journal Journal { get; } = journal;

    public IReadOnlyDictionary<Endpoint, Route> Routes => _routes;

    public ICallWatch? Watch { get; set; }

    public long CallCount { get; private set; }

    /// <summary>Called with every call that is sent: where scripted faults hang on.</summary>
    public Action<ModelCall>? CallSent { get; set; }

    public void AddRoute(string endpoint, params ModelMember[] members) => _routes[Endpoint.Parse(endpoint)] = new Route(members);

    internal Task<T> Send<T>(ModelCall<T> call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        CallCount++;
        call.SentAt = Time.Now;
        if (_routes.TryGetValue(call.Endpoint, out var route))
        {
            call.Route = route;
            call.Member = route.Diverted ?? (route.IsLoadBalancer ? dice.Pick(route.Members) : route.Members[0]);
        }

        Journal.Add(Time.Now, call.Member?.Name ?? call.Endpoint.Text, "<-", call.Name);
        call.Member?.Cluster.Advance();
        Watch?.Sent(call);
        CallSent?.Invoke(call);
        call.Timeout = Time.After(timeout, _ => TimeOut(call, timeout), null);
        if (cancellationToken.CanBeCanceled)
        {
            call.Registration = cancellationToken.Register(() => Settle(call, CallEnd.Cancelled, cancellationToken));
        }

        Time.After(OneWay(call.Member), _ => Arrive(call), null);
        return call.Task;
    }

    /// <summary>The answer sets out for the caller.</summary>
    internal void Answer<T>(ModelCall<T> call, T answer)
    {
        Leave(call, () =>
        {
            call.Answer = answer;
            Settle(call, CallEnd.Answered);
        });
    }

    internal void Reject(ModelCall call, EtcdText text)
    {
        Leave(call, () =>
        {
            call.SetError(new ServerRejectedException(call.Endpoint, call.Name, text.Kind, text.Code, text.Detail, text.MayHaveRun && call.IsMutating));
            Settle(call, CallEnd.Rejected);
        });
    }

    /// <summary>The connection breaks with the call in flight.</summary>
    internal void Lose(ModelCall call)
    {
        if (!call.IsSettled)
        {
            Time.After(TimeSpan.FromMilliseconds(1), _ => Fail(call, NoAnswerKind.ConnectionLost, "connection lost", call.IsMutating), null);
        }
    }

    /// <summary>The network is back, and TCP sends again what was on its way, also for callers that have given up.</summary>
    internal void DeliverDelayed(ModelMember member)
    {
        foreach (var call in member.Delayed)
        {
            Journal.Add(Time.Now, member.Name, "late request arrives", call.Name);
            Arrive(call);
        }

        member.Delayed.Clear();
    }

    private void Arrive(ModelCall call)
    {
        var member = call.Member;
        if (member is { IsOffNetwork: true })
        {
            // Packets vanish: only the caller's own time-out ends it. What was sent may still arrive when the network is back.
            if (call.IsMajor && dice.Chance(0.5))
            {
                member.Delayed.Add(call);
            }

            return;
        }

        if (member is null || !member.IsUp || !member.IsStarted)
        {
            Fail(call, NoAnswerKind.ConnectFailed, "connection refused", false);
            return;
        }

        if (member.LoseRequestOf == call.Kind)
        {
            member.LoseRequestOf = null;
            Journal.Add(Time.Now, member.Name, "request lost", call.Name);
            Lose(call);
            return;
        }

        member.Open.Add(call);
        member.Cluster.Serve(call);
    }

    private void Leave(ModelCall call, Action deliver)
    {
        var member = call.Member!;
        member.Open.Remove(call);
        if (member.LoseReplyOf == call.Kind)
        {
            member.LoseReplyOf = null;
            Journal.Add(Time.Now, member.Name, "reply lost", call.Name);
            Lose(call);
            return;
        }

        if (!call.IsSettled)
        {
            Time.After(OneWay(member) + member.ExtraLatency, _ =>
            {
                if (!member.IsOffNetwork && !call.IsSettled)
                {
                    deliver();
                }
            }, null);
        }
    }

    private void TimeOut(ModelCall call, TimeSpan timeout) =>
        Fail(call, NoAnswerKind.TimedOut, $"no answer within {timeout}", call.IsMutating);

    private void Fail(ModelCall call, NoAnswerKind kind, string message, bool mayHaveRun)
    {
        if (!call.IsSettled)
        {
            call.SetError(new NoAnswerException(call.Endpoint, call.Name, kind, message, mayHaveRun));
            Settle(call, kind == NoAnswerKind.ConnectFailed ? CallEnd.NotSent : CallEnd.NoAnswer);
        }
    }

    private void Settle(ModelCall call, CallEnd end, CancellationToken cancellationToken = default)
    {
        if (call.IsSettled)
        {
            return;
        }

        call.End = end;
        call.Timeout?.Dispose();
        call.Registration.Unregister();
        Journal.Add(Time.Now, call.Member?.Name ?? call.Endpoint.Text, s_ends[(int)end], call.Name);
        if (call.Error is { } error)
        {
            Journal.Add(Time.Now, "", "  ", error.Message);
        }

        Watch?.Settled(call);
        Time.Post(_ => call.CompleteTask(cancellationToken), null);
    }

    private TimeSpan OneWay(ModelMember? member) =>
        (member?.Latency ?? TimeSpan.FromMilliseconds(1)) * dice.Between(0.5, 1.5);
}
