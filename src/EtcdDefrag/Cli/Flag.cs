namespace EtcdDefrag.Cli;

/// <summary>How a flag's value is read.</summary>
internal enum FlagKind
{
    /// <summary>A Go boolean; the flag alone means true.</summary>
    Bool,

    /// <summary>Any text.</summary>
    Text,

    /// <summary>Comma separated texts; may be repeated.</summary>
    List,

    /// <summary>A Go integer.</summary>
    Int,

    /// <summary>A number of bytes; units allowed.</summary>
    Size,

    /// <summary>A Go floating-point number.</summary>
    Float,

    /// <summary>A Go duration.</summary>
    Duration,

    /// <summary>One of the flag's allowed words.</summary>
    Choice,

    /// <summary><c>auto</c> or a Go boolean; the flag alone means true.</summary>
    AutoBool,

    /// <summary>A Go duration or a Go boolean; the flag alone means true.</summary>
    Interval,
}

/// <summary>The commands; a flag names all those it belongs to.</summary>
[Flags]
internal enum Commands
{
    None = 0,
    Defrag = 1,
    Status = 2,
    Rule = 4,
    Completion = 8,
    Help = 16,
    Check = 32,
    Version = 64,
    Fleet = 128,
    Inspect = 256,

    /// <summary>The commands that carry out the main job on running clusters.</summary>
    Run = Defrag | Fleet,
    Cluster = Defrag | Status | Fleet,

    /// <summary>The commands that connect to members.</summary>
    Connecting = Cluster | Inspect,

    /// <summary>The commands that write reports and metrics.</summary>
    File = Defrag | Check | Fleet,
    Offline = Defrag | Check,

    /// <summary>The commands that read database files.</summary>
    Reading = Offline | Inspect,
    All = Defrag | Status | Rule | Completion | Help | Check | Version | Fleet | Inspect,
}

/// <summary>What a flag of the main job is for.</summary>
internal enum FlagUse
{
    /// <summary>A running cluster.</summary>
    Cluster,

    /// <summary>A database file (<c>--data-dir</c>, <c>--file</c>).</summary>
    File,

    /// <summary>Either.</summary>
    Both,
}

/// <summary>One flag: all that parser, environment, help, completion and documentation know about it.</summary>
internal sealed class Flag(string name, FlagKind kind, string help)
{
    public string Name => name;

    public FlagKind Kind => kind;

    /// <summary>What the help says, one line without a full stop.</summary>
    public string Help => help;

    public char? Shorthand { get; init; }

    /// <summary>The built-in default in the form that the flag itself takes.</summary>
    public string Default { get; init; } = "";

    /// <summary>Where the value is only one of these: the words. For a list: of its items.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Further words that only some of its commands take: accepted here, offered nowhere.</summary>
    public IReadOnlyList<string> AllowedToSome { get; init; } = [];

    /// <summary>Whether a variable sets it. Not <c>--help</c> and <c>--version</c>: images and charts set
    /// <c>ETCD_DEFRAG_VERSION</c> for themselves.</summary>
    public bool HasVariable { get; init; } = true;

    /// <summary>One of etcdctl's own flags about the connection: <c>ETCDCTL_…</c> sets it too.</summary>
    public bool FromEtcdctl { get; init; }

    /// <summary>The value must never be shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The value names a file.</summary>
    public bool IsFile { get; init; }

    public Commands Commands { get; init; } = Commands.Run;

    /// <summary>Whether the main job takes it for a running cluster, for a database file, or for both.</summary>
    public FlagUse Use { get; init; }

    /// <summary>The word for the value in help where it isn't the kind's own.</summary>
    public string? ValueName { get; init; }

    /// <summary>Whether the flag may stand alone.</summary>
    public bool ValueIsOptional => kind is FlagKind.Bool or FlagKind.AutoBool or FlagKind.Interval;

    public string Variable => "ETCD_DEFRAG_" + VariablePart;

    public string EtcdctlVariable => "ETCDCTL_" + VariablePart;

    /// <summary>How messages name the flag.</summary>
    public string Display => "--" + name;

    /// <summary>The word for the value as pflag shows it.</summary>
    /// <remarks>Source: spf13/pflag flag.go, UnquoteUsage.</remarks>
    public string TypeName => ValueName ?? kind switch
    {
        FlagKind.Bool => "",
        FlagKind.List => "strings",
        FlagKind.Int => "int",
        FlagKind.Size => "size",
        FlagKind.Float => "float",
        FlagKind.Duration or FlagKind.Interval => "duration",
        _ => "string",
    };

    private string VariablePart => name.ToUpperInvariant().Replace('-', '_');
}
