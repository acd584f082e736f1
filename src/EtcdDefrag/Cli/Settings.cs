using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Cli;

/// <summary>How results are written.</summary>
internal enum OutputFormat
{
    Simple,
    Table,
    Json,

    /// <summary>Of <c>inspect</c> alone: the table of prefixes.</summary>
    Csv,
}

/// <summary>What the user sees.</summary>
/// <param name="Format">The form of the result (<c>--write-out</c>).</param>
/// <param name="Hex">Ids in hexadecimal where the format would use decimal.</param>
/// <param name="Debug">Show every call on standard error.</param>
/// <param name="LogTimestamps">Whether lines begin with the time; null: only when standard output is no terminal.</param>
/// <param name="ExitCode">With a dry run: tell by the exit code whether there is work.</param>
/// <param name="NoProgress">No live progress, also on a terminal.</param>
/// <param name="Quiet">Only warnings, errors and the result.</param>
/// <param name="WatchInterval">With <c>status</c>: look again and again until interrupted, with this pause between two looks; null: one look.</param>
internal sealed record OutputOptions(
    OutputFormat Format, bool Hex, bool Debug, bool? LogTimestamps = false, bool ExitCode = false, bool NoProgress = false, bool Quiet = false,
    TimeSpan? WatchInterval = null);

/// <summary>What a run leaves behind; null: nothing there.</summary>
/// <param name="ReportFile">The report as one JSON document (<c>--report-file</c>).</param>
/// <param name="MetricsTextfile">Metrics for node_exporter's textfile collector (<c>--metrics-textfile</c>).</param>
/// <param name="MetricsPushgateway">The same metrics for a Pushgateway (<c>--metrics-pushgateway</c>).</param>
internal sealed record RecordOptions(string? ReportFile, string? MetricsTextfile, PushgatewayUrl? MetricsPushgateway);

/// <summary>Where endpoints come from when they come from DNS.</summary>
/// <param name="Domain">The domain (<c>--discovery-srv</c>).</param>
/// <param name="ServiceName">What is added to the service's name; null: nothing.</param>
/// <param name="InsecureDiscovery">Accept endpoints without TLS.</param>
/// <param name="ResolvConf">The file that names the DNS servers; null: the system's.</param>
internal sealed record DiscoveryOptions(string Domain, string? ServiceName, bool InsecureDiscovery, string? ResolvConf = null);

/// <summary>A rule as the user wrote it.</summary>
/// <param name="Text">The rule.</param>
/// <param name="Source">The flag or variable it came from, for messages.</param>
internal sealed record RuleText(string Text, string Source);

/// <summary>All that a run needs to know. A class, not a record: it reaches secrets, so it must not print itself.</summary>
internal sealed class Settings
{
    /// <summary>The endpoints; the built-in default where none were given.</summary>
    public required IReadOnlyList<Endpoint> Endpoints { get; init; }

    /// <summary>Whether the user gave the endpoints, on the command line or in the environment.</summary>
    public required bool EndpointsGiven { get; init; }

    /// <summary>All flags that were given, as they can be typed again.</summary>
    public IReadOnlyList<GivenOption> Given { get; init; } = [];

    /// <summary>The longest wait before the start; zero: none.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Null: no discovery by DNS.</summary>
    public required DiscoveryOptions? Discovery { get; init; }

    /// <summary>Null: no rule, so every member is defragmented.</summary>
    public required RuleText? Rule { get; init; }

    public required DefragOptions Defrag { get; init; }

    /// <summary>What is done with a database file, its rule left out; null: the work is on a running cluster.</summary>
    public OfflineOptions? Offline { get; init; }

    /// <summary>What <c>inspect</c> shows; null: another command.</summary>
    public InspectSettings? Inspect { get; init; }

    public required ConnectionOptions Connection { get; init; }

    public required OutputOptions Output { get; init; }

    public required RecordOptions Records { get; init; }

    /// <summary>The same with other wishes for the run.</summary>
    public Settings With(DefragOptions defrag) => new()
    {
        Endpoints = Endpoints,
        EndpointsGiven = EndpointsGiven,
        Given = Given,
        Discovery = Discovery,
        Rule = Rule,
        Defrag = defrag,
        Offline = Offline,
        Inspect = Inspect,
        Jitter = Jitter,
        Connection = Connection,
        Output = Output,
        Records = Records,
    };
}
