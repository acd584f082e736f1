using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Planning;

namespace EtcdDefrag.Cli;

/// <summary>What flags must not say together. The original's rules keep the original's words.</summary>
/// <remarks>Source: etcd-defrag 0.42 internal/config/validate.go; those of the flags it doesn't have are ours.</remarks>
internal sealed class CrossFlagRules(FlagValues values, List<string> problems, List<string> warnings)
{
    public void Check(Commands command, DefragOptions defrag, OutputOptions output, RecordOptions records, bool discovery)
    {
        NotEmpty(Flags.Cert);
        NotEmpty(Flags.Key);
        NotEmpty(Flags.CaCert);
        CertAndKey();
        OnlyGivenEndpoints(defrag, discovery);
        if (command == Commands.Defrag)
        {
            foreach (var flag in Flags.Of(command).Where(flag =>
                flag.Use == FlagUse.File && values.SourceOf(flag) == ValueSource.CommandLine))
            {
                problems.Add($"{flag.Display} is for a database file; add --data-dir DIR or --file FILE, or leave it out");
            }

            Disalarm(defrag);
            Records(records);
            ExitCodeNeedsDryRun(output, defrag.DryRun);
        }
        else if (command == Commands.Fleet)
        {
            Records(records);
        }
    }

    /// <summary>The rules for a database file.</summary>
    public void CheckOffline(IReadOnlyList<GivenFlag> given, OutputOptions output, RecordOptions records, bool dryRun)
    {
        foreach (var flag in given.Select(item => item.Flag).Distinct().Where(flag => flag.Use == FlagUse.Cluster))
        {
            problems.Add($"{flag.Display} is for a running cluster, and {values.NameOf(values.IsGiven(Flags.DataDir) ? Flags.DataDir : Flags.File)} for a database that no etcd is using; leave one of them out");
        }

        if (values.IsGiven(Flags.DataDir) && values.IsGiven(Flags.File))
        {
            problems.Add("--data-dir and --file are both given; give the data directory or the file");
        }

        if (values.IsGiven(Flags.WaitLock) && values.IsGiven(Flags.Timeout))
        {
            problems.Add("--wait-lock and --timeout mean the same; give one of them");
        }

        NotEmpty(Flags.DataDir);
        NotEmpty(Flags.File);
        NotEmpty(Flags.Backup);
        Records(records);
        ExitCodeNeedsDryRun(output, dryRun);
    }

    /// <summary>The rules for <c>inspect</c>: a path, or one running member.</summary>
    public void CheckInspect(
        string? path, IReadOnlyList<GivenFlag> given, IReadOnlyList<Endpoint> endpoints, RecordOptions records,
            InspectSettings inspect)
    {
        var flags = given.Select(item => item.Flag).Distinct().ToArray();
        if (path is not null)
        {
            foreach (var flag in flags.Where(flag =>
                flag == Flags.SnapshotFile || flag.FromEtcdctl || OfConnection.Contains(flag)))
            {
                problems.Add($"{flag.Display} is for a running member, and \"{path}\" is a database that no etcd is using; leave one of them out");
            }
        }
        else if (values.IsGood(Flags.Endpoints) && endpoints.Count != 1)
        {
            problems.Add(endpoints.Count == 0
                ? "inspect has nothing to look into; name etcd's data directory or a database file, or a running member with --endpoints URL"
                : $"{values.NameOf(Flags.Endpoints)} names {endpoints.Count} members, and inspect looks into one; name one with --endpoints URL");
        }

        if (path is null)
        {
            NotEmpty(Flags.Cert);
            NotEmpty(Flags.Key);
            NotEmpty(Flags.CaCert);
            CertAndKey();
            foreach (var flag in flags.Where(flag => flag == Flags.WaitLock || flag == Flags.Timeout))
            {
                problems.Add($"{flag.Display} is for a database file, and {values.NameOf(Flags.Endpoints)} names a running member; leave one of them out");
            }
        }

        if (values.IsGiven(Flags.WaitLock) && values.IsGiven(Flags.Timeout))
        {
            problems.Add("--wait-lock and --timeout mean the same; give one of them");
        }

        InspectOutput(flags, inspect);
        NotEmpty(Flags.Svg);
        NotEmpty(Flags.SnapshotFile);
        Records(records);
    }

    // Not etcdctl's own, and of no use for a file either.
    private static readonly Flag[] OfConnection = [Flags.PasswordFile, Flags.TlsServerName];

    private static readonly Flag[] OfPrefixes = [Flags.Prefix, Flags.Depth, Flags.Top, Flags.Sort, Flags.Svg, Flags.HashKv,
        Flags.MetricsTextfile];

    private void InspectOutput(Flag[] given, InspectSettings inspect)
    {
        foreach (var flag in given.Where(flag => inspect.CheckOnly && OfPrefixes.Contains(flag)))
        {
            problems.Add($"--check-only prints only a verdict, so {flag.Display} has no effect; leave one of them out");
        }

        if (inspect.CheckOnly && values.IsGood(Flags.WriteOut) && values.Choice(Flags.WriteOut) == "csv")
        {
            problems.Add("--check-only prints only a verdict, and -w csv the table of prefixes; leave one of them out");
        }

        if (values.IsGiven(Flags.AnyBbolt) && given.FirstOrDefault(OfPrefixes.Contains) is { } keys
            && values.Bool(Flags.AnyBbolt))
        {
            problems.Add($"{keys.Display} is for etcd's keys, and --any-bbolt for a file that need not have them; leave one of them out");
        }

        if (inspect.Svg is not null && (inspect.Svg == inspect.SnapshotFile || inspect.Svg == values.Text(Flags.MetricsTextfile)))
        {
            problems.Add($"{Flags.Svg.Display} names the same file as another flag; write two");
        }
    }

    private void ExitCodeNeedsDryRun(OutputOptions output, bool dryRun)
    {
        if (output.ExitCode && !dryRun && values.IsGood(Flags.DryRun))
        {
            problems.Add($"{values.NameOf(Flags.ExitCode)} needs --dry-run: only a dry run ends with exit code 10 when there is work; add --dry-run or leave it out");
        }
    }

    private void NotEmpty(Flag flag)
    {
        if (values.SourceOf(flag) == ValueSource.CommandLine && values.Text(flag) is null)
        {
            problems.Add($"empty string is passed to {flag.Display} option; name a file or leave the flag out");
        }
    }

    private void CertAndKey()
    {
        var cert = values.Text(Flags.Cert) is not null;
        var key = values.Text(Flags.Key) is not null;
        if (cert != key && !values.IsGiven(cert ? Flags.Key : Flags.Cert))
        {
            var (has, lacks) = cert ? (Flags.Cert, Flags.Key) : (Flags.Key, Flags.Cert);
            problems.Add($"{values.NameOf(has)} is given without {lacks.Display}: a client certificate needs both; add {lacks.Display}");
        }
    }

    private void OnlyGivenEndpoints(DefragOptions defrag, bool discovery)
    {
        if (!defrag.OnlyGivenEndpoints)
        {
            return;
        }

        var flag = Flags.OnlyGivenEndpoints.Display;
        if (!values.IsGiven(Flags.Endpoints))
        {
            problems.Add(flag + " requires explicit endpoints to be provided via --endpoints flag");
        }

        if (defrag.UseCluster)
        {
            problems.Add(flag + " and --cluster flags are mutually exclusive");
        }

        if (discovery)
        {
            problems.Add(flag + " and --discovery-srv flags are mutually exclusive");
        }
    }

    private void Records(RecordOptions records)
    {
        NotEmpty(Flags.ReportFile);
        NotEmpty(Flags.MetricsTextfile);
        if (records.ReportFile is not null && records.ReportFile == records.MetricsTextfile)
        {
            problems.Add($"{Flags.ReportFile.Display} and {Flags.MetricsTextfile.Display} name the same file; write two");
        }

        if (records.MetricsTextfile?.EndsWith(".prom", StringComparison.Ordinal) == false)
        {
            warnings.Add($"{values.NameOf(Flags.MetricsTextfile)} \"{records.MetricsTextfile}\": node_exporter reads only files whose names end in .prom");
        }
    }

    private void Disalarm(DefragOptions defrag)
    {
        if (!values.IsGood(Flags.DisalarmThreshold) || !values.IsGood(Flags.AutoDisalarm))
        {
            return;
        }

        if (defrag.AutoDisalarm && defrag.DisalarmThreshold is not (> 0 and < 1))
        {
            problems.Add("--disalarm-threshold must be greater than 0 and less than 1.0 when --auto-disalarm is enabled");
        }

        if (!defrag.AutoDisalarm && values.IsGiven(Flags.DisalarmThreshold))
        {
            warnings.Add("--disalarm-threshold is set but --auto-disalarm is disabled, threshold will be ignored");
        }
    }
}
