using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Cli;

/// <summary>Turns flag values into the records that the rest of the program takes. Every problem is noted, none stops it.</summary>
internal sealed partial class OptionsBinder(FlagValues values, List<string> problems, List<string> warnings)
{
    /// <summary>Chosen: timers end at 49 days; nobody waits longer than six weeks for one call.</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1000);

    /// <summary>How long a member may take to answer with <c>status --watch</c>: the others are to be seen meanwhile.</summary>
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The pause between two looks where <c>--watch</c> has no value.</summary>
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(2);

    /// <summary>Reads all flags of the main job or of <c>status</c>. The login comes last and apart: it may ask the user.</summary>
    public Settings Bind(Commands command, Func<Login> login)
    {
        var endpoints = Endpoints();
        var watch = command == Commands.Status ? Watch() : null;
        var defrag = Defrag(command, isWatching: watch is not null);
        var rule = values.Text(Flags.DefragRule);
        var discovery = values.Text(Flags.DiscoverySrv);
        var serviceName = values.Text(Flags.DiscoverySrvName);
        var insecureDiscovery = values.Bool(Flags.InsecureDiscovery);
        var jitter = command == Commands.Defrag ? NotNegative(Flags.Jitter) : TimeSpan.Zero;
        var output = Output(command, watch);
        var records = Records(command);
        var connection = Connection(discovery is not null && !insecureDiscovery ? discovery.TrimEnd('.') : null);
        var rules = new CrossFlagRules(values, problems, warnings);
        rules.Check(command, defrag, output, records, discovery is not null);

        var who = login();
        return new Settings
        {
            Endpoints = endpoints,
            Jitter = jitter,
            EndpointsGiven = values.IsGiven(Flags.Endpoints),
            Given = problems.Count == 0 ? GivenOption.All(command, values, who) : [],
            Discovery = discovery is null ? null : new DiscoveryOptions(discovery, serviceName, insecureDiscovery, values.ResolvConf),
            Rule = rule is null ? null : new RuleText(rule, values.NameOf(Flags.DefragRule)),
            Defrag = defrag,
            Connection = connection(who),
            Output = output,
            Records = records,
        };
    }

    private List<Endpoint> Endpoints()
    {
        var texts = values.List(Flags.Endpoints);
        if (!values.IsGood(Flags.Endpoints))
        {
            return [];
        }

        var endpoints = new List<Endpoint>(texts.Count);
        foreach (var text in texts)
        {
            if (Endpoint.TryParse(text, out var endpoint, out var problem))
            {
                endpoints.Add(endpoint);
            }
            else
            {
                // Credentials in a URL are what makes it bad: not shown for that, nor where a comma in the password cut the URL in two.
                var at = text.LastIndexOf('@');
                var cut = at < 0 && texts.Any(other => other.Contains('@', StringComparison.Ordinal));
                values.Problem(
                    Flags.Endpoints,
                    cut ? "…" : at < 0 ? text : "…" + text[at..],
                    cut ? "it looks like a part of a URL with credentials; give them with --user and --password-file or ETCD_DEFRAG_PASSWORD instead" : problem);
            }
        }

        if (texts.Count == 0)
        {
            values.Problem(Flags.Endpoints, "", "the list is empty; write host:port or URLs separated by commas, e.g. 127.0.0.1:2379");
        }

        return endpoints;
    }

    private DefragOptions Defrag(Commands command, bool isWatching)
    {
        var common = new DefragOptions
        {
            UseCluster = values.Bool(Flags.Cluster),
            ExcludeLocalhost = values.Bool(Flags.ExcludeLocalhost),
            OnlyGivenEndpoints = values.Bool(Flags.OnlyGivenEndpoints),
            CommandTimeout = Timeout(Flags.CommandTimeout),
            MinReclaim = MinReclaim(),
            Quota = Quota(),
        };
        if (command == Commands.Status)
        {
            // Who watches wants to see the others while one does not answer.
            return isWatching && !values.IsGiven(Flags.CommandTimeout) ? common with { CommandTimeout = WatchTimeout } : common;
        }

        return common with
        {
            Compaction = values.Bool(Flags.Compaction),
            CompactionRetainRevisions = NotNegative(Flags.CompactionRetainRevisions, long.MaxValue),
            ContinueOnError = values.Bool(Flags.ContinueOnError),
            DryRun = values.Bool(Flags.DryRun),
            HasIdentity = values.IsGiven(Flags.User) || values.IsGiven(Flags.AuthJwtToken) || values.IsGiven(Flags.Cert),
            MoveLeader = values.Bool(Flags.MoveLeader),
            WaitBetweenDefrags = values.IsGiven(Flags.WaitBetweenDefrags) ? NotNegative(Flags.WaitBetweenDefrags) : null,
            DefragTimeout = Timeout(Flags.DefragTimeout),
            RecoveryTimeout = Timeout(Flags.RecoveryTimeout),
            SnapshotWait = NotNegative(Flags.SnapshotWait),
            RunTimeout = NotNegative(Flags.RunTimeout) is var bound && bound > TimeSpan.Zero ? bound : null,
            SkippedChecks = SkippedChecks(),
            AutoDisalarm = values.Bool(Flags.AutoDisalarm),
            DisalarmThreshold = values.Float(Flags.DisalarmThreshold),
            Verify = values.Bool(Flags.Verify),
            Lock = values.Bool(Flags.Lock),
        };
    }

    private OutputOptions Output(Commands command, TimeSpan? watch = null)
    {
        var format = values.Choice(Flags.WriteOut) switch
        {
            "table" => OutputFormat.Table,
            "json" => OutputFormat.Json,
            "csv" => OutputFormat.Csv,
            _ => OutputFormat.Simple,
        };
        if (format == OutputFormat.Csv && command != Commands.Inspect)
        {
            values.Problem(Flags.WriteOut, "csv", "only inspect writes it; write one of: simple, table, json");
        }

        var hex = values.Bool(Flags.Hex);
        var debug = values.Bool(Flags.Debug);
        return command == Commands.Status
            ? new OutputOptions(
                format, hex, debug, ExitCode: values.Bool(Flags.ExitCode), Quiet: values.Bool(Flags.Quiet), WatchInterval: watch)
            : new OutputOptions(
                format, hex, debug, values.AutoBool(Flags.LogTimestamps), values.Bool(Flags.ExitCode),
                NoProgress: values.Bool(Flags.NoProgress) | values.Bool(Flags.Quiet), Quiet: values.Bool(Flags.Quiet));
    }

    private TimeSpan? Watch() => values.Interval(Flags.Watch, WatchInterval) is { } pause ? NotTooLong(Flags.Watch, pause) : null;

    private RecordOptions Records(Commands command)
    {
        if (command == Commands.Status)
        {
            return new RecordOptions(null, null, null);
        }

        PushgatewayUrl? url = null;
        if (values.Text(Flags.MetricsPushgateway) is { } text && !PushgatewayUrl.TryParse(text, out url, out var problem))
        {
            values.Problem(Flags.MetricsPushgateway, "", problem);
        }

        return new RecordOptions(values.Text(Flags.ReportFile), values.Text(Flags.MetricsTextfile), url);
    }

    /// <param name="discoveryDomain">Where only endpoints with TLS are taken from a domain: the domain, which their certificates must be valid for, as for etcdctl.</param>
    private Func<Login, ConnectionOptions> Connection(string? discoveryDomain)
    {
        var dialTimeout = Timeout(Flags.DialTimeout);
        var keepAliveTime = Timeout(Flags.KeepAliveTime);
        var keepAliveTimeout = Timeout(Flags.KeepAliveTimeout);
        var insecureSkipTlsVerify = values.Bool(Flags.InsecureSkipTlsVerify);
        var insecureTransport = values.Bool(Flags.InsecureTransport);
        var maxRecvBytes = Limit(Flags.MaxRecvBytes);
        var maxRequestBytes = Limit(Flags.MaxRequestBytes);
        var metricsUrl = MetricsUrlGiven();
        return login => new ConnectionOptions
        {
            DialTimeout = dialTimeout,
            KeepAliveTime = keepAliveTime,
            KeepAliveTimeout = keepAliveTimeout,
            CaFile = values.Text(Flags.CaCert),
            CertFile = values.Text(Flags.Cert),
            KeyFile = values.Text(Flags.Key),
            InsecureSkipTlsVerify = insecureSkipTlsVerify,
            InsecureTransport = insecureTransport,
            TlsServerName = values.Text(Flags.TlsServerName) ?? discoveryDomain,
            MetricsUrl = metricsUrl,
            User = login.User,
            Password = login.Password,
            AuthToken = login.Token,
            MaxReceiveBytes = maxRecvBytes ?? new ConnectionOptions().MaxReceiveBytes,
            MaxRequestBytes = maxRequestBytes ?? new ConnectionOptions().MaxRequestBytes,
        };
    }

    private MetricsUrl? MetricsUrlGiven()
    {
        MetricsUrl? url = null;
        if (values.Text(Flags.MetricsUrl) is { } text && !MetricsUrl.TryParse(text, out url, out var problem))
        {
            var at = text.LastIndexOf('@'); // credentials in it are what makes it bad: not shown for that
            values.Problem(Flags.MetricsUrl, at < 0 ? text : "…" + text[at..], problem);
        }

        return url;
    }

    private HashSet<string> SkippedChecks()
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in values.List(Flags.SkipCheck))
        {
            var id = text.Trim();
            var problem = FlagValues.OneOf(Flags.SkipCheck, id);
            if (problem.Length == 0)
            {
                ids.Add(id);
            }
            else
            {
                values.Problem(Flags.SkipCheck, id, "there is no such safety check; " + problem);
            }
        }

        return ids;
    }

    private ByteSize? Quota()
    {
        var quota = values.Size(Flags.Quota);
        if (values.IsGood(Flags.Quota) && quota.Bytes <= 0)
        {
            values.Problem(Flags.Quota, quota.ToString(), "it must be greater than 0; write etcd's --quota-backend-bytes, e.g. 8589934592");
        }

        return values.IsGiven(Flags.Quota) ? quota : null;
    }

    private ByteSize MinReclaim()
    {
        var size = values.Size(Flags.MinReclaim);
        if (size.Bytes < 0)
        {
            values.Problem(Flags.MinReclaim, size.ToString(), "it must not be negative; write a number of bytes, e.g. 104857600");
        }

        return size;
    }

    private int? Limit(Flag flag) => NotNegative(flag, int.MaxValue) is var bytes && bytes > 0 ? (int)Math.Min(bytes, int.MaxValue) : null;

    private long NotNegative(Flag flag, long most)
    {
        var number = values.Int(flag);
        if (number < 0 || number > most)
        {
            var text = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            values.Problem(flag, text, number < 0 ? "it must not be negative; write 0 or more" : $"it is too large; write {most} or less");
        }

        return number;
    }

    private TimeSpan NotNegative(Flag flag)
    {
        var duration = values.Duration(flag);
        if (duration < TimeSpan.Zero)
        {
            values.Problem(flag, values.Text(flag) ?? "", "it must not be negative; write 0s or more, e.g. 30s");
        }

        return NotTooLong(flag, duration);
    }

    private TimeSpan Timeout(Flag flag)
    {
        var duration = values.Duration(flag);
        if (duration <= TimeSpan.Zero)
        {
            values.Problem(flag, values.Text(flag) ?? "", "it must be greater than 0; write e.g. " + flag.Default);
        }

        return NotTooLong(flag, duration);
    }

    private TimeSpan NotTooLong(Flag flag, TimeSpan duration)
    {
        if (duration > LongestTimeout)
        {
            values.Problem(flag, values.Text(flag) ?? "", "it is too long; write 1000h or less");
        }

        return duration;
    }
}
