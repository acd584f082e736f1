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

            After reading this page you can set every flag, on the command line or by a variable.

            The first of these counts: command line, `ETCD_DEFRAG_<FLAG>`, `ETCDCTL_<FLAG>` (only flags marked with \*), default. `<FLAG>` is the name
            in upper case with `_` for `-`: `ETCD_DEFRAG_MOVE_LEADER=true`. An empty variable counts as not set. `ETCDCTL_COMMAND_TIMEOUT` does not
            change `--defrag-timeout`.

            Values are written as in Go:

            * Durations: `30s`, `1m30s`, `500ms`.
            * Booleans: `true`, `false`, `1`, `0`, `t`, `f`. The flag alone means `true`.
            * Lists: separate with commas, or repeat the flag.
            * Sizes: bytes, or with a unit. `K` `M` `G` `T` and `KiB`… are multiples of 1024, `KB`… of 1000.
            * `--flag value` and `--flag=value` mean the same. `--` ends the flags.

            No default shown: false, 0 or nothing.

            """);
        Section(text, "etcd-defrag", Commands.Defrag, Flags.Of(Commands.Defrag));
        Section(text, "etcd-defrag status", Commands.Status, Flags.Of(Commands.Status));
        Section(text, "etcd-defrag fleet", Commands.Fleet, Flags.Of(Commands.Fleet));
        Section(text, "etcd-defrag check", Commands.Check, Flags.Of(Commands.Check));
        Section(text, "etcd-defrag inspect", Commands.Inspect, Flags.Of(Commands.Inspect));
        Section(text, "etcd-defrag rule", Commands.Rule, Flags.Of(Commands.Rule));
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, Commands command, List<Flag> flags)
    {
        text.Append($"\n## `{title}`\n\n");
        if (command != Commands.Defrag)
        {
            var shared = flags.FindAll(flag => (flag.Commands & Commands.Defrag) != 0);
            text.Append("Of the flags above: ").AppendJoin(", ", shared.Select(flag => $"`--{flag.Name}`")).Append(".\n\n");
            flags = [.. flags.Except(shared)];
        }

        foreach (var flag in flags)
        {
            var name = flag.Shorthand is { } shorthand ? $"-{shorthand}, --{flag.Name}" : $"--{flag.Name}";
            var value = flag.Allowed.Count > 0 && flag.Kind != FlagKind.List ? $" {string.Join('|', flag.Allowed)}" : flag.TypeName.Length > 0 ? $" {flag.TypeName}" : "";
            var shown = HelpText.ShownDefault(flag) is { Length: > 0 } standard ? $" (default `{standard}`)" : "";
            text.Append($"* `{name}{value}`{(flag.FromEtcdctl ? "\\*" : "")}: {flag.Help}{shown}\n");
        }
    }
}
