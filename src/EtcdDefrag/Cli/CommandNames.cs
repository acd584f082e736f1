namespace EtcdDefrag.Cli;

/// <summary>The commands' names and what each is for.</summary>
internal static class CommandNames
{
    public const string Tool = "etcd-defrag";

    public const string ToolSummary = "A simple command line tool for etcd defragmentation";

    /// <summary>The subcommands in the order of the help.</summary>
    public static readonly (string Name, Commands Command, string Summary)[] All =
    [
        ("check", Commands.Check, "Look for damage in a data directory or a database file; changes nothing"),
        ("completion", Commands.Completion, "Write the completion script of a shell to standard output"),
        ("fleet", Commands.Fleet, "Defragment many clusters, listed in a file, a few at a time"),
        ("help", Commands.Help, "Help about any command"),
        ("inspect", Commands.Inspect, "Show what fills a database: keys by prefix, history, free space; changes nothing"),
        ("rule", Commands.Rule, "Evaluate a defragmentation rule against given numbers, without a cluster"),
        ("status", Commands.Status, "Show every member and what the rule says about it; changes nothing"),
        ("version", Commands.Version, "Print the version; with -w json for scripts"),
    ];

    public static readonly string[] Shells = ["bash", "zsh", "fish"];

    public static Commands Find(string name)
    {
        foreach (var entry in All)
        {
            if (entry.Name == name)
            {
                return entry.Command;
            }
        }

        return Commands.None;
    }

    /// <summary>How to call the command, e.g. <c>etcd-defrag status</c>.</summary>
    public static string Call(Commands command)
    {
        foreach (var entry in All)
        {
            if (entry.Command == command)
            {
                return Tool + " " + entry.Name;
            }
        }

        return Tool;
    }

    public static IEnumerable<string> Names
    {
        get
        {
            foreach (var entry in All)
            {
                yield return entry.Name;
            }
        }
    }
}
