using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Inspection;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Cli;

/// <summary>The flags of <c>inspect</c>.</summary>
internal sealed partial class OptionsBinder
{
    private const int MostTop = 10_000;

    /// <summary>Reads them. The login comes last: it may ask the user.</summary>
    /// <param name="path">The database; null: a running member's.</param>
    /// <param name="given">The flags of the command line.</param>
    /// <param name="login">Finds out who to be.</param>
    public Settings BindInspect(string? path, IReadOnlyList<GivenFlag> given, Func<Login> login)
    {
        var output = Output(Commands.Inspect);
        var inspect = Inspect(output.Format);
        var offline = new OfflineOptions
        {
            Job = OfflineJob.Check,
            Path = path ?? "",
            PathName = "inspect",
            Wait = Wait(),
            AnyBbolt = values.Bool(Flags.AnyBbolt),
            Findings = (int)NotNegative(Flags.Findings, int.MaxValue),
            DryRun = true,
        };
        var endpoints = path is null && values.IsGiven(Flags.Endpoints) ? Endpoints() : [];
        var connection = path is null ? Connection(null) : _ => new ConnectionOptions();
        var timeout = Timeout(Flags.CommandTimeout);
        var records = new RecordOptions(null, values.Text(Flags.MetricsTextfile), null);
        new CrossFlagRules(values, problems, warnings).CheckInspect(path, given, endpoints, records, inspect);
        return new Settings
        {
            Endpoints = endpoints,
            EndpointsGiven = values.IsGiven(Flags.Endpoints),
            Discovery = null,
            Rule = null,
            Defrag = new DefragOptions { DryRun = true, CommandTimeout = timeout },
            Offline = offline,
            Inspect = inspect,
            Connection = connection(path is null ? login() : Login.None),
            Output = output,
            Records = records,
        };
    }

    private InspectSettings Inspect(OutputFormat format)
    {
        var depth = (int)NotNegative(Flags.Depth, InspectOptions.MostDepth);
        var top = (int)NotNegative(Flags.Top, MostTop);
        var options = new InspectOptions
        {
            Prefix = KeyText.Parse(values.Text(Flags.Prefix) ?? ""),
            Depth = depth == 0 ? null : depth,
            Top = top,
            TopKeys = top == 0 ? InspectOptions.MostTopKeys : Math.Min(top, InspectOptions.MostTopKeys),
            Order = Enum.TryParse<PrefixOrder>(values.Choice(Flags.Sort), ignoreCase: true, out var order) ? order : default,
            HashKv = values.AutoBool(Flags.HashKv) ?? format == OutputFormat.Json,
        };
        return new InspectSettings(
            options, values.Bool(Flags.CheckOnly), values.Bool(Flags.Redact), values.Text(Flags.Svg), values.Text(Flags.SnapshotFile));
    }
}
