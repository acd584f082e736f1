using System.Globalization;
using EtcdDefrag.Core.Fleet;

namespace EtcdDefrag.Cli;

/// <summary>The flags of <c>fleet</c>.</summary>
internal sealed partial class OptionsBinder
{
    /// <summary>Reads them. What a cluster's run takes is bound once more for each cluster.</summary>
    /// <param name="path">The inventory.</param>
    /// <param name="given">The flags of the command line.</param>
    /// <param name="environment">The environment, without what no variable says for a fleet.</param>
    public FleetSettings BindFleet(string path, IReadOnlyList<GivenFlag> given, EnvironmentValues environment)
    {
        var common = Bind(Commands.Fleet, () => Login.None);
        var status = values.Bool(Flags.ShowStatus);
        if (common.Output.ExitCode && !common.Defrag.DryRun && !status)
        {
            problems.Add("--exit-code needs --dry-run or --status: only these end with exit code 10 when there is work; add one of them or leave it out");
        }

        if (values.SourceOf(Flags.Resume) == ValueSource.CommandLine && values.Text(Flags.Resume) is null)
        {
            problems.Add("empty string is passed to --resume option; name a report or leave the flag out");
        }

        var ofEach = Flags.All.Where(InventoryKeys.IsForEach).ToHashSet();
        return new FleetSettings
        {
            Path = path,
            OnlyStatus = status,
            Select = values.List(Flags.Select),
            Selector = Selector(),
            Limits = new FleetLimits(AtLeast(Flags.Parallel, 1, 1000), AtLeast(Flags.Canary, 0, int.MaxValue), AtLeast(Flags.MaxFailures, 1, int.MaxValue), common.Defrag.RunTimeout),
            MaxUnready = Share(Flags.MaxUnready),
            Strict = values.Bool(Flags.Strict),
            Resume = values.Text(Flags.Resume),
            Shard = Shard(environment.JobCompletionIndex),
            PrintShard = values.Bool(Flags.PrintShard),
            Common = common,
            FromCommandLine = [.. given.Where(item => ofEach.Contains(item.Flag))],
            FromEnvironment = [.. ofEach.Select(flag => (Flag: flag, Found: environment.Find(flag))).Where(pair => pair.Found.Source != ValueSource.Default)
                .Select(pair => new GivenFlag(pair.Flag, pair.Found.Text))],
        };
    }

    /// <summary>Which shard of how many; null: all clusters are ours.</summary>
    private (int Index, int Count)? Shard(string? jobIndex)
    {
        var shards = AtLeast(Flags.ShardCount, 0, 100_000);
        if (values.Text(Flags.Shard) is { } text)
        {
            var parts = text.Split('/');
            if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && index < count && count <= 100_000)
            {
                return (index, count);
            }

            values.Problem(Flags.Shard, text, "write I/N: shard I of N, from 0 to N-1, e.g. 0/8 for the first of eight");
            return null;
        }

        if (shards == 0)
        {
            return null;
        }

        if (!int.TryParse(jobIndex, NumberStyles.None, CultureInfo.InvariantCulture, out var own) || own >= shards)
        {
            problems.Add(jobIndex is null
                ? $"{values.NameOf(Flags.ShardCount)} is for an Indexed Job of Kubernetes, and JOB_COMPLETION_INDEX is not set; elsewhere write --shard I/N"
                : $"JOB_COMPLETION_INDEX is \"{jobIndex}\", which is no shard from 0 to {shards - 1}; make completions of the Job and {values.NameOf(Flags.ShardCount)} the same number");
            return null;
        }

        return (own, shards);
    }

    private List<KeyValuePair<string, string>> Selector()
    {
        var labels = new List<KeyValuePair<string, string>>();
        foreach (var text in values.List(Flags.Selector))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                values.Problem(Flags.Selector, text, "write label=value, e.g. ring=1");
                continue;
            }

            labels.Add(new(text[..equals].Trim(), text[(equals + 1)..].TrimStart('=').Trim()));
        }

        return labels;
    }

    private int AtLeast(Flag flag, long least, long most)
    {
        var number = values.Int(flag);
        if (values.IsGood(flag) && (number < least || number > most))
        {
            values.Problem(flag, number.ToString(CultureInfo.InvariantCulture), number < least ? $"write {least} or more" : $"it is too large; write {most} or less");
        }

        return (int)Math.Clamp(number, least, most);
    }

    private double Share(Flag flag)
    {
        var text = values.Last(flag).Trim();
        if (!text.EndsWith('%') || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) || percent is not (>= 0 and <= 100))
        {
            values.Problem(flag, text, "write a share from 0% to 100%, e.g. 20%");
            return 0;
        }

        return percent / 100;
    }
}
