using System.Text;

namespace EtcdDefrag.Cli.Tests;

/// <summary>Writes docs/flags.md from the list of flags.</summary>
internal static class FlagsDocument
{
    public static string Build()
    {
        var text = new StringBuilder(
            """
            # Flags

            Made from the list of flags in the sources: a test compares this page with it, and writes it anew with `ETCD_DEFRAG_UPDATE_GOLDEN=1`.

            A value is looked for on the command line, then in `ETCD_DEFRAG_<FLAG>`, then, for etcdctl's own connection flags, in
            `ETCDCTL_<FLAG>`; then the default holds. An empty variable counts as not set. `--command-timeout` is among those flags: who sets
            `ETCDCTL_COMMAND_TIMEOUT` means every call to etcd; defragmentation and compaction have `--defrag-timeout` of their own.

            Values are written as Go writes them: durations `30s`, `1m30s`, `500ms`; booleans `true`, `false`, `1`, `0`, `t`, `f`; lists separated by commas
            or given by repeating the flag. `--flag value` and `--flag=value` mean the same, also for booleans. `--` ends the flags.
            Sizes are bytes, or have a unit: `K` `M` `G` `T` and `KiB`… count in 1024s, `KB`… in 1000s. An empty default is false, 0 or nothing.

            """);
        Section(text, "etcd-defrag", Commands.Defrag, Flags.Of(Commands.Defrag));
        Section(text, "etcd-defrag status", Commands.Status, Flags.Of(Commands.Status));
        Section(text, "etcd-defrag check", Commands.Check, Flags.Of(Commands.Check));
        Section(text, "etcd-defrag rule", Commands.Rule, Flags.Of(Commands.Rule));
        text.Append("\n## Exit codes\n\n| code | meaning |\n|---|---|\n");
        foreach (var (code, meaning) in HelpText.ExitCodes)
        {
            text.Append($"| {(int)code} | {meaning} |\n");
        }

        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, Commands command, List<Flag> flags)
    {
        text.Append($"\n## `{title}`\n\n");
        if (command == Commands.Status)
        {
            text.Append("The same as above, as far as they concern reading: ").AppendJoin(", ", flags.Select(flag => $"`--{flag.Name}`")).Append(".\n");
            return;
        }

        text.Append("| flag | value | default | variables | meaning |\n|---|---|---|---|---|\n");
        foreach (var flag in flags)
        {
            var name = flag.Shorthand is { } shorthand ? $"`-{shorthand}`, `--{flag.Name}`" : $"`--{flag.Name}`";
            var type = flag.Allowed.Count > 0 ? string.Join(", ", flag.Allowed.Select(word => $"`{word}`")) : flag.TypeName.Length > 0 ? flag.TypeName : "bool";
            var shown = HelpText.ShownDefault(flag) is { Length: > 0 } value ? $"`{value}`" : "";
            var variables = flag == Flags.Help ? "" : flag.FromEtcdctl ? $"`{flag.Variable}`, `{flag.EtcdctlVariable}`" : $"`{flag.Variable}`";
            text.Append($"| {name} | {type} | {shown} | {variables} | {flag.Help.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
    }
}
