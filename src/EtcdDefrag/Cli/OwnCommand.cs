using System.Text;
using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Cli;

/// <summary>The command line of this run, to be printed again with changes: every flag that was given stays, in
/// the order of the help.</summary>
internal sealed class OwnCommand
{
    private readonly Commands _command;
    private readonly IReadOnlyList<GivenOption> _given;
    private readonly Dictionary<Flag, string?> _changes;
    private readonly string? _discoveryName;

    private OwnCommand(Commands command, IReadOnlyList<GivenOption> given, string? discoveryName,
        Dictionary<Flag, string?> changes)
    {
        _command = command;
        _given = given;
        _discoveryName = discoveryName;
        _changes = changes;
    }

    /// <summary>A run without any flags.</summary>
    public static OwnCommand Bare { get; } = new(Commands.Defrag, [], null, []);

    /// <summary>The run with these settings.</summary>
    public static OwnCommand Of(Settings settings) => new(
        Commands.Defrag, settings.Given, settings.Discovery is { InsecureDiscovery: false } ? settings.Connection.TlsServerName
            : null, []);

    /// <summary>Another command with the same flags, as far as it has them.</summary>
    public OwnCommand As(Commands command) => new(command, _given, _discoveryName, _changes);

    /// <summary>The same with a switch on or off.</summary>
    public OwnCommand With(Flag flag, bool on) =>
        on == (flag.Default == "true") && !_given.Any(option => option.Flag == flag && option.FromVariable) ? Change((flag, null))
            : Change((flag, on ? "true" : "false"));

    /// <summary>The same without a rule and a reclaim floor.</summary>
    public OwnCommand OfEveryMember() => Change(
        (Flags.DefragRule, Cleared(Flags.DefragRule)),
        (Flags.MinReclaim, Cleared(Flags.MinReclaim) is null ? null : "0"));

    /// <summary>A flag's value as it was given, quoted for a shell; else its default.</summary>
    public string Word(Flag flag) => _given.FirstOrDefault(option => option.Flag == flag)?.Word ?? flag.Default;

    /// <summary>The same on these endpoints, and on no others.</summary>
    public OwnCommand At(params IEnumerable<Endpoint> endpoints)
    {
        var list = Shell.Quote(GoList.Format(endpoints.Select(endpoint => endpoint.Text)));
        var at = Change((Flags.Endpoints, list)).With(Flags.Cluster,
            false).Change((Flags.DiscoverySrv, Cleared(Flags.DiscoverySrv)),
            (Flags.DiscoverySrvName, Cleared(Flags.DiscoverySrvName)));
        return _discoveryName is { } name ? at.Change((Flags.TlsServerName, Shell.Quote(name))) : at;
    }

    /// <summary>The command, for a shell.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(CommandNames.Call(_command));
        foreach (var flag in FlagGroups.All.SelectMany(group => group.Flags).Where(flag => (flag.Commands & _command) != 0))
        {
            var word = _changes.TryGetValue(flag, out var changed) ? changed
                : _given.FirstOrDefault(option => option.Flag == flag)?.Word;
            if (word is not null)
            {
                text.Append(' ').Append(flag.Display).Append(flag.ValueIsOptional
                    ? word == "true" ? "" : "=" + word
                    : word.StartsWith('-') ? "=" + word : " " + word);
            }
        }

        return text.ToString();
    }

    /// <summary>What undoes a flag: nothing, or an empty value where a variable would give it again.</summary>
    private string? Cleared(Flag flag) => _given.Any(option => option.Flag == flag && option.FromVariable) ? "''" : null;

    private OwnCommand Change(params (Flag Flag, string? Word)[] changes)
    {
        var all = new Dictionary<Flag, string?>(_changes);
        foreach (var (flag, word) in changes)
        {
            all[flag] = word;
        }

        return new OwnCommand(_command, _given, _discoveryName, all);
    }
}
