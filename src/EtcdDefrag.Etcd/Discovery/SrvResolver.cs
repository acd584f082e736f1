using System.Net;

namespace EtcdDefrag.Etcd.Discovery;

/// <summary>Looks up SRV records: server after server, round after round, through aliases and search domains.</summary>
/// <param name="conf">Whom to ask, and how patiently.</param>
/// <param name="exchange">Asks one server.</param>
internal sealed class SrvResolver(ResolvConf conf, DnsExchange exchange)
{
    // Chosen: as many as common resolvers follow.
    private const int MaxAliases = 8;

    /// <summary>The records of a name; never none.</summary>
    /// <exception cref="DnsException">There are none, or no server answered. The words are those of Go's resolver, with which etcdctl's users search.</exception>
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
            if (reply.Code == DnsCode.NameError)
            {
                throw new DnsException($"lookup {name} on {server}: no such host", isNegative: true);
            }

            var asked = current;
            current = EndOfAliases(current, reply.Answers);
            var records = reply.Answers.OfType<SrvRecord>().Where(record => SameName(record.Owner, current)).ToList();
            if (records.Count > 0)
            {
                var offered = records.Where(record => record.Target != ".").ToList();
                return offered.Count > 0 ? offered : throw new DnsException($"lookup {name} on {server}: its SRV record says that the service is not offered", isNegative: true);
            }

            if (SameName(asked, current))
            {
                throw new DnsException($"lookup {name} on {server}: no such host (the name has no SRV records)", isNegative: true);
            }
        }

        throw new DnsException($"lookup {name}: more than {MaxAliases} aliases (CNAME) one after the other");
    }

    private static string EndOfAliases(string name, IReadOnlyList<DnsRecord> answers)
    {
        for (var steps = 0; steps < MaxAliases && answers.OfType<AliasRecord>().FirstOrDefault(record => SameName(record.Owner, name)) is { } alias; steps++)
        {
            name = alias.Target;
        }

        return name;
    }

    private async Task<(IPEndPoint Server, DnsReply Reply)> AskAnyAsync(string name, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        for (var attempt = 0; attempt < conf.Attempts; attempt++)
        {
            foreach (var server in conf.Servers)
            {
                try
                {
                    var reply = await exchange.AskAsync(server, name, conf.Timeout, cancellationToken);
                    if (reply.Code is DnsCode.NoError or DnsCode.NameError)
                    {
                        return (server, reply);
                    }

                    problems.Add($"{server}: {Words(reply.Code)}");
                }
                catch (DnsException e) when (!e.IsNegative)
                {
                    problems.Add($"{server}: {e.Message}");
                }
                catch (DnsException e)
                {
                    throw new DnsException($"lookup {name}: {e.Message}", isNegative: true);
                }
            }
        }

        throw new DnsException($"lookup {name}: no DNS server helped ({string.Join("; ", problems.Distinct())})");
    }

    private static string Words(DnsCode code) => code switch
    {
        DnsCode.ServerFailure => "server misbehaving (SERVFAIL)",
        DnsCode.Refused => "it refuses to answer us (REFUSED)",
        DnsCode.FormatError => "it does not understand the question (FORMERR)",
        DnsCode.NotImplemented => "it does not know this kind of question (NOTIMP)",
        _ => $"response code {(int)code}",
    };

    private static bool SameName(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
