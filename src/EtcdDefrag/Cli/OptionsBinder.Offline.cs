using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Storage;

namespace EtcdDefrag.Cli;

/// <summary>The flags of work on a database file. Those of the connection are not even read: a shell set up for etcdctl must not get in the way.</summary>
internal sealed partial class OptionsBinder
{
    /// <summary>Reads the flags of the main job with <c>--data-dir</c> or <c>--file</c>.</summary>
    public Settings BindRewrite(IReadOnlyList<GivenFlag> given)
    {
        var path = values.IsGiven(Flags.DataDir) ? Flags.DataDir : Flags.File;
        var options = new OfflineOptions
        {
            Job = OfflineJob.Defragment,
            Path = values.Text(path) ?? "",
            PathName = values.NameOf(path),
            MustBeFile = path == Flags.File,
            Wait = Wait(),
            Backup = values.Text(Flags.Backup),
            AnyBbolt = values.Bool(Flags.AnyBbolt),
            DryRun = values.Bool(Flags.DryRun),
            MinReclaim = MinReclaim(),
            Quota = Quota(),
        };
        var rule = values.Text(Flags.DefragRule);
        var settings = OfflineSettings(options, rule is null ? null : new RuleText(rule, values.NameOf(Flags.DefragRule)));
        new CrossFlagRules(values, problems, warnings).CheckOffline(given, settings.Output, settings.Records, options.DryRun);
        return settings;
    }

    /// <summary>Reads the flags of <c>check</c>.</summary>
    public Settings BindCheck(string path)
    {
        var options = new OfflineOptions
        {
            Job = OfflineJob.Check,
            Path = path,
            PathName = "check",
            Wait = Wait(),
            AnyBbolt = values.Bool(Flags.AnyBbolt),
            Findings = (int)NotNegative(Flags.Findings, int.MaxValue),
            DryRun = true,
        };
        var settings = OfflineSettings(options, rule: null);
        new CrossFlagRules(values, problems, warnings).CheckOffline([], settings.Output, settings.Records, dryRun: true);
        return settings;
    }

    private Settings OfflineSettings(OfflineOptions options, RuleText? rule) => new()
    {
        Endpoints = [],
        EndpointsGiven = false,
        Discovery = null,
        Rule = rule,
        Defrag = new DefragOptions { DryRun = options.DryRun, MinReclaim = options.MinReclaim, Quota = options.Quota },
        Offline = options,
        Connection = new ConnectionOptions(),
        Output = Output(options.Job == OfflineJob.Check ? Commands.Check : Commands.Defrag),
        Records = Records(Commands.Defrag),
    };

    private TimeSpan Wait() => NotNegative(values.IsGiven(Flags.Timeout) ? Flags.Timeout : Flags.WaitLock);
}
