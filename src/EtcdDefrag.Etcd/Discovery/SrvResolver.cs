using System.Net;
using System.Net.Sockets;
using System.Text;
using DnsClient;
using DnsClient.Protocol;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Etcd.Discovery;

/// <summary>Looks up SRV records: server after server, round after round, through aliases and search domains. DnsClient
/// asks one server once.</summary>
/// <param name="conf">Whom to ask.</param>
/// <param name="patience">How long to wait for one answer; no longer than the configuration says.</param>
/// <param name="time">The clock.</param>
internal sealed class SrvResolver(ResolvConf conf, TimeSpan patience, TimeProvider time)
{
    private readonly TimeSpan _patience = patience < conf.Timeout ? patience : conf.Timeout;

    private const string Refused = "connection refused: nothing listens there";
    private const string BrokenAnswer = "its answer is broken";

    // Chosen: as many as common resolvers follow.
    private const int MaxAliases = 8;

    /// <summary>The records of a name; never none.</summary>
    /// <exception cref="DnsException">There are none, or no server answered. The words are those of Go's resolver, with which
    /// etcdctl's users search.</exception>
    public async Task<IReadOnlyList<SrvRecord>> LookupAsync(string name, CancellationToken cancellationToken)
    {
        DnsException? first = null;
        foreach (var candidate in conf.Candidates(name))
        {
            try
            {
                return await FollowAsync(candidate, cancellationToken);
            }
            catch (DnsException e) when (e.IsNegative)
            {
                first ??= e;
            }
        }

        throw first!;
    }

    private async Task<IReadOnlyList<SrvRecord>> FollowAsync(string name, CancellationToken cancellationToken)
    {
        var current = name;
        for (var hops = 0; hops <= MaxAliases; hops++)
        {
            var (server, reply) = await AskAnyAsync(current, cancellationToken);
            if (reply.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
            {
                throw new DnsException($"lookup {name} on {server}: no such host", isNegative: true);
            }

            var asked = current;
            current = EndOfAliases(current, reply.Answers);
            var records = reply.Answers.SrvRecords().Where(record => SameName(record.DomainName, current)).ToList();
            if (records.Count > 0)
            {
                var offered = records.Where(record => record.Target.Value != ".").ToList();
                return offered.Count > 0 ? offered
                    : throw new DnsException($"lookup {name} on {server}: its SRV record says that the service is not offered",
                    isNegative: true);
            }

            if (asked == current)
            {
                throw new DnsException($"lookup {name} on {server}: no such host (the name has no SRV records)",
                    isNegative: true);
            }
        }

        throw new DnsException($"lookup {name}: more than {MaxAliases} aliases (CNAME) one after the other");
    }

    private static string EndOfAliases(string name, IReadOnlyList<DnsResourceRecord> answers)
    {
        for (var steps = 0; steps < MaxAliases
            && answers.CnameRecords().FirstOrDefault(record => SameName(record.DomainName, name)) is { } alias; steps++)
        {
            name = alias.CanonicalName.Value;
        }

        return name;
    }

    private async Task<(IPEndPoint Server, IDnsQueryResponse Reply)> AskAnyAsync(string name, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        for (var attempt = 0; attempt < conf.Attempts; attempt++)
        {
            foreach (var server in conf.Servers)
            {
                var (reply, problem) = await AskAsync(server, name, cancellationToken);
                if (reply is not null)
                {
                    return (server, reply);
                }

                problems.Add($"{server}: {problem}");
            }
        }

        throw new DnsException($"lookup {name}: no DNS server helped ({string.Join("; ", problems.Distinct())})");
    }

    /// <returns>The answer, which may be that there is no such name; or why there is none.</returns>
    private async Task<(IDnsQueryResponse? Reply, string? Problem)> AskAsync(IPEndPoint server, string name,
        CancellationToken cancellationToken)
    {
        var client = new LookupClient(new LookupClientOptions(server)
        {
            Timeout = Timeout.InfiniteTimeSpan, // the time is ours: DnsClient calls it a time-out as well when a server hangs up
            Retries = 0,
            UseCache = false,
            ThrowDnsErrors = false,
            // plain DNS: every server understands it, and TCP carries what is longer
            ExtendedDnsBufferSize = DnsQueryOptions.MinimumBufferSize,
        });
        var question = Question(name);
        using var timer = Net.Timers.After(_patience, time);
        using var query = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
#pragma warning disable CA2025 // awaited below, on every way out
        var watch = ClosedPort.CancelAsync(query, server, time);
#pragma warning restore CA2025
        try
        {
            var reply = await client.QueryAsync(question, query.Token);
            if (!reply.Header.HasQuery || reply.Questions.Count != 1 || !SameName(reply.Questions[0].QueryName, name))
            {
                return (null, BrokenAnswer); // not an answer, or one to another question
            }

            return reply.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain
                ? (reply, null)
                : (null, Words(reply.Header.ResponseCode));
        }
        catch (Exception e) when (e is DnsResponseException or DnsResponseParseException or DnsXidMismatchException or SocketException or IOException or OperationCanceledException or ArgumentException or InvalidOperationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await query.CancelAsync();
            return (null, await watch ? Refused : timer.IsCancellationRequested
                ? $"no answer within {ShortTime.Of(_patience)} (--dial-timeout)" : Words(e));
        }
        finally
        {
            await query.CancelAsync();
            await watch;
        }
    }

    private static DnsQuestion Question(string name)
    {
        try
        {
            return Ascii.IsValid(name) ? new DnsQuestion(name, QueryType.SRV) : throw new ArgumentException("not ASCII");
        }
        catch (ArgumentException)
        {
            throw new DnsException($"lookup {name}: it is not a domain name", isNegative: true);
        }
    }

    private static string Words(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return Refused;
                case SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable }:
                    return "there is no route to it";
                case TimeoutException or SocketException { SocketErrorCode: SocketError.ConnectionReset }:
                    return "it closed the connection before its answer was complete";
                default:
                    break;
            }
        }

        return BrokenAnswer;
    }

    private static string Words(DnsHeaderResponseCode code) => code switch
    {
        DnsHeaderResponseCode.ServerFailure => "server misbehaving (SERVFAIL)",
        DnsHeaderResponseCode.Refused => "it refuses to answer us (REFUSED)",
        DnsHeaderResponseCode.FormatError => "it does not understand the question (FORMERR)",
        DnsHeaderResponseCode.NotImplemented => "it does not know this kind of question (NOTIMP)",
        _ => $"response code {(int)code}",
    };

    private static bool SameName(DnsString one, string other) =>
        string.Equals(one.Value.TrimEnd('.'), other.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}
