using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Execution;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Cli;

/// <summary>The help of each command, laid out as cobra does. It shows built-in defaults only: what the environment
/// says may be a password.</summary>
/// <remarks>Source: spf13/pflag flag.go, FlagUsages; spf13/cobra command.go, usage template.</remarks>
internal static class HelpText
{
    /// <summary>The exit codes with their meaning, for help and documentation.</summary>
    public static readonly (ExitCode Code, string Meaning)[] ExitCodes =
    [
        (ExitCode.Ok, "done, nothing needed, or a dry run"),
        (ExitCode.Failed, "something failed after work began, or --auto-disalarm left a NOSPACE alarm"),
        (ExitCode.Usage, "bad usage; nothing was contacted"),
        (ExitCode.Refused, "a safety check refused; nothing was changed"),
        (ExitCode.NoAccess, "no endpoint answered, or TLS, login or rights failed; nothing was changed"),
        (ExitCode.Unknown, "the outcome of a member is unknown: it may still be defragmenting"),
        (ExitCode.DataDiffer, "the members' data differ"),
        (ExitCode.Locked, "another run holds the lock"),
        (ExitCode.WorkNeeded, "with --dry-run --exit-code: there is work, or may be once history is compacted"),
        (ExitCode.Interrupted, "interrupted (SIGINT)"),
        (ExitCode.Terminated, "terminated (SIGTERM)"),
    ];

    /// <summary>The column of the flags' texts in a narrow window; longer names have a line of their own.</summary>
    private const int NarrowColumn = 36;

    /// <summary>What the texts must have beside the longest name; else they begin at <see cref="NarrowColumn"/>.</summary>
    private const int LeastTextWidth = 60;

    /// <summary>Stands for a space at which no line is broken.</summary>
    private const char NoBreak = '\u00A0';

    /// <summary>The help of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="columns">How wide it may be; null: piped, so as wide as a usual terminal.</param>
    public static string Build(Commands command, int? columns = null)
    {
        var width = columns ?? WindowSize.Usual.Columns;
        var text = new StringBuilder(8192);
        text.Append(Summary(command)).Append("\n\nUsage:\n  ").Append(UsageLine(command)).Append('\n');
        if (command == Commands.Defrag)
        {
            text.Append(Examples);
        }

        AppendFlags(text, command, width);
        if (command == Commands.Defrag)
        {
            AppendMore(text, width);
        }

        return text.ToString();
    }

    /// <summary>The default as pflag shows it, or nothing where it is a zero value.</summary>
    public static string ShownDefault(Flag flag) => flag.Kind switch
    {
        _ when flag.Default is "" or "0" or "0s" => "",
        FlagKind.Text or FlagKind.Choice or FlagKind.AutoBool => $"\"{flag.Default}\"",
        FlagKind.List => $"[{flag.Default}]",
        FlagKind.Duration => GoDuration.TryParse(flag.Default, out var value, out _) ? GoDuration.Format(value) : flag.Default,
        _ => flag.Default,
    };

    private const string Examples =
        """

        Examples:
          etcd-defrag status --cluster                    # read-only: sizes, health
          etcd-defrag --cluster --dry-run --defrag-rule 'dbSizeFree > 200MiB'
          etcd-defrag --cluster --move-leader --defrag-rule 'dbSizeFree > 200MiB'

        """;

    public static string UsageLine(Commands command) => CommandNames.Call(command) + command switch
    {
        Commands.Rule => " [flags] [--] EXPR",
        Commands.Completion => " bash|zsh|fish",
        Commands.Help => " [command]",
        Commands.Check => " [flags] DIR|FILE",
        Commands.Fleet => " [flags] INVENTORY|-",
        Commands.Inspect => " [flags] [DIR|FILE]",
        _ => " [flags]",
    };

    private static string Summary(Commands command)
    {
        foreach (var entry in CommandNames.All)
        {
            if (entry.Command == command)
            {
                return entry.Summary;
            }
        }

        return CommandNames.ToolSummary;
    }

    private static void AppendFlags(StringBuilder text, Commands command, int width)
    {
        var flags = Flags.Of(command);
        var column = flags.Max(flag => Left(flag).Length) + 3;
        column = width - column >= LeastTextWidth ? column : Math.Min(column, NarrowColumn);
        text.Append("\nFlags:\n");
        if ((command & Commands.Connecting) == 0)
        {
            flags.ForEach(flag => AppendFlag(text, flag, column, width));
            return;
        }

        var separator = "";
        foreach (var (title, members) in FlagGroups.All)
        {
            var group = flags.FindAll(members.Contains);
            if (group.Count == 0)
            {
                continue;
            }

            text.Append(separator).Append(' ').Append(title).Append(":\n");
            group.ForEach(flag => AppendFlag(text, flag, column, width));
            separator = "\n";
        }
    }

    private static void AppendFlag(StringBuilder text, Flag flag, int column, int width)
    {
        var left = Left(flag);
        text.Append(left).Append(left.Length + 3 > column ? "\n" + new string(' ', column)
            : new string(' ', column - left.Length));
        var shown = ShownDefault(flag) is { Length: > 0 } value ? $" (default{NoBreak}{value})" : "";
        text.AppendJoin("\n" + new string(' ', column),
            Fold(flag.Help + shown, width - column).Select(line => line.Replace(NoBreak, ' '))).Append('\n');
    }

    /// <summary>Breaks a text at spaces into lines of at most so many characters; a longer word has a line of its own.</summary>
    private static IEnumerable<string> Fold(string text, int width)
    {
        while (text.Length > width)
        {
            var space = text.LastIndexOf(' ', width);
            space = space > 0 ? space : text.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0)
            {
                break;
            }

            yield return text[..space];
            text = text[(space + 1)..];
        }

        yield return text;
    }

    private static string Left(Flag flag)
    {
        var left = flag.Shorthand is { } shorthand ? $"  -{shorthand}, --{flag.Name}" : $"      --{flag.Name}";
        left += flag.TypeName.Length > 0 ? " " + flag.TypeName : "";
        return left + flag.Kind switch
        {
            FlagKind.AutoBool => "[=\"true\"]",
            FlagKind.Interval => "[=2s]",
            _ => "",
        };
    }

    private static void AppendMore(StringBuilder text, int width)
    {
        AppendList(text, "Available Commands", CommandNames.All.Select(entry => (entry.Name, entry.Summary)), 14, width);
        text.Append(
            """

            Environment:
              ETCD_DEFRAG_<FLAG> sets a flag: upper case, - becomes _,
              e.g. ETCD_DEFRAG_MOVE_LEADER=true.
              ETCDCTL_<FLAG> sets etcdctl's own connection flags, e.g. ETCDCTL_ENDPOINTS.
              Command line before ETCD_DEFRAG_<FLAG> before ETCDCTL_<FLAG> before default.

            """);
        AppendList(text, "Exit Codes",
            ExitCodes.Select(entry => (((int)entry.Code).ToString(CultureInfo.InvariantCulture), entry.Meaning)), 7, width);
        text.Append("\nUse \"etcd-defrag [command] --help\" for more information about a command.\nThe manual page etcd-defrag(1) explains each flag.\n");
    }

    private static void AppendList(
        StringBuilder text, string title, IEnumerable<(string Name, string Meaning)> entries, int column, int width)
    {
        text.Append('\n').Append(title).Append(":\n");
        foreach (var (name, meaning) in entries)
        {
            text.Append("  ").Append(name.PadRight(column - 2)).AppendJoin("\n" + new string(' ', column),
                Fold(meaning, width - column)).Append('\n');
        }
    }
}
