using System.Text;
using EtcdDefrag.Core.Execution;

namespace EtcdDefrag.Cli;

/// <summary>The help of each command, laid out as cobra does. It shows built-in defaults only: what the environment says may be a password.</summary>
/// <remarks>Source: spf13/pflag flag.go, FlagUsages; spf13/cobra command.go, usage template.</remarks>
internal static class HelpText
{
    /// <summary>The exit codes with their meaning, for help and documentation.</summary>
    public static readonly (ExitCode Code, string Meaning)[] ExitCodes =
    [
        (ExitCode.Ok, "done, nothing needed, or a dry run"),
        (ExitCode.Failed, "something failed after work began"),
        (ExitCode.Usage, "bad usage; nothing was contacted"),
        (ExitCode.Refused, "a safety check refused; nothing was changed"),
        (ExitCode.NoAccess, "no endpoint answered, or TLS, login or rights kept us out; nothing was changed"),
        (ExitCode.Unknown, "the outcome of a member is unknown: it may still be defragmenting"),
        (ExitCode.DataDiffer, "the members' data differ"),
        (ExitCode.Locked, "another run holds the lock"),
        (ExitCode.WorkNeeded, "with --dry-run --exit-code: there is work"),
        (ExitCode.Interrupted, "interrupted (SIGINT)"),
        (ExitCode.Terminated, "terminated (SIGTERM)"),
    ];

    public static string Build(Commands command)
    {
        var text = new StringBuilder(8192);
        text.Append(Summary(command)).Append("\n\nUsage:\n  ").Append(UsageLine(command)).Append("\n\nFlags:\n");
        AppendFlags(text, Flags.Of(command));
        if (command == Commands.Defrag)
        {
            AppendMore(text);
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

    public static string UsageLine(Commands command) => CommandNames.Call(command) + command switch
    {
        Commands.Rule => " [flags] [--] EXPR",
        Commands.Completion => " bash|zsh|fish",
        Commands.Help => " [command]",
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

    private static void AppendFlags(StringBuilder text, List<Flag> flags)
    {
        var lefts = flags.ConvertAll(Left);
        var width = 0;
        foreach (var left in lefts)
        {
            width = Math.Max(width, left.Length);
        }

        for (var i = 0; i < flags.Count; i++)
        {
            text.Append(lefts[i].PadRight(width + 3)).Append(flags[i].Help);
            if (ShownDefault(flags[i]) is { Length: > 0 } shown)
            {
                text.Append(" (default ").Append(shown).Append(')');
            }

            text.Append('\n');
        }
    }

    private static string Left(Flag flag)
    {
        var left = flag.Shorthand is { } shorthand ? $"  -{shorthand}, --{flag.Name}" : $"      --{flag.Name}";
        left += flag.TypeName.Length > 0 ? " " + flag.TypeName : "";
        return flag.Kind == FlagKind.AutoBool ? left + "[=\"true\"]" : left;
    }

    private static void AppendMore(StringBuilder text)
    {
        text.Append("\nAvailable Commands:\n");
        foreach (var entry in CommandNames.All)
        {
            text.Append("  ").Append(entry.Name.PadRight(12)).Append(entry.Summary).Append('\n');
        }

        text.Append(
            """

            Environment:
              ETCD_DEFRAG_<FLAG> sets a flag: upper case, - becomes _, e.g. ETCD_DEFRAG_MOVE_LEADER=true.
              ETCDCTL_<FLAG> sets etcdctl's own connection flags, e.g. ETCDCTL_ENDPOINTS, ETCDCTL_CACERT.
              Command line before ETCD_DEFRAG_<FLAG> before ETCDCTL_<FLAG> before the default.

            Exit Codes:

            """);
        foreach (var (code, meaning) in ExitCodes)
        {
            text.Append("  ").Append(((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture).PadRight(5)).Append(meaning).Append('\n');
        }

        text.Append("\nUse \"etcd-defrag [command] --help\" for more information about a command.\n");
    }
}
