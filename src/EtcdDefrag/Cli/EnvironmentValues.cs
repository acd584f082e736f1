using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Cli;

/// <summary>What the environment says about flags. An empty variable counts as not set, as in the original.</summary>
internal sealed class EnvironmentValues(IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Names a file to read instead of /etc/resolv.conf, for split DNS and for tests. No flag:
    /// nobody needs it twice.</summary>
    public const string ResolvConf = "ETCD_DEFRAG_RESOLV_CONF";

    private const string JobIndex = "JOB_COMPLETION_INDEX";
    private const string Prefix = "ETCD_DEFRAG_";
    private const string EtcdctlPrefix = "ETCDCTL_";

    // Kubernetes sets it in pods beside a service named etcd-defrag; it is one slip away from that of --sort.
    private const string ServicePort = "ETCD_DEFRAG_PORT";

    /// <summary>Names of etcdctl's API 2 and of other clients, too far from ours to be slips.</summary>
    private static readonly Dictionary<string, string> EtcdctlAliases = new(StringComparer.Ordinal)
    {
        ["ETCDCTL_USERNAME"] = "ETCDCTL_USER",
        ["ETCDCTL_PASS"] = "ETCDCTL_PASSWORD",
        ["ETCDCTL_CA_FILE"] = "ETCDCTL_CACERT",
        ["ETCDCTL_CA_CERT_FILE"] = "ETCDCTL_CACERT",
        ["ETCDCTL_TRUSTED_CA_FILE"] = "ETCDCTL_CACERT",
        ["ETCDCTL_CERT_FILE"] = "ETCDCTL_CERT",
        ["ETCDCTL_KEY_FILE"] = "ETCDCTL_KEY",
        ["ETCDCTL_PEERS"] = "ETCDCTL_ENDPOINTS",
    };

    /// <summary>The file that names the DNS servers; null: the system's.</summary>
    public string? ResolvConfFile => environment.TryGetValue(ResolvConf, out var path) && path.Length > 0 ? path : null;

    /// <summary>Which pod of an Indexed Job of Kubernetes this is; null: none.</summary>
    public string? JobCompletionIndex => environment.GetValueOrDefault(JobIndex);

    /// <summary>The environment as a fleet sees it: nothing of etcdctl's, and nothing that says which cluster it is,
    /// or who we are there.</summary>
    public EnvironmentValues ForFleet() => new(
        Flags.All.Where(InventoryKeys.IsFromEnvironment).Select(flag => flag.Variable).Append(JobIndex).Select(variable =>
            (Variable: variable, Value: environment.GetValueOrDefault(variable)))
            .Where(pair => pair.Value is not null).ToDictionary(pair => pair.Variable, pair => pair.Value!));

    /// <summary>What sets a flag. White space around a value is dropped, as YAML blocks and files add it; a
    /// password is taken as it is.</summary>
    public (ValueSource Source, string Text) Find(Flag flag)
    {
        if (!flag.HasVariable || environment.Count == 0)
        {
            return (ValueSource.Default, "");
        }

        if (Value(flag, flag.Variable) is { Length: > 0 } text)
        {
            return (ValueSource.Variable, text);
        }

        return flag.FromEtcdctl && Value(flag, flag.EtcdctlVariable) is { Length: > 0 } etcdctl
            ? (ValueSource.EtcdctlVariable, etcdctl)
            : (ValueSource.Default, "");
    }

    /// <summary>
    /// Variables that are nearly a flag's: one of ours is a problem, because the run would not be the one that was asked for;
    /// one of etcdctl's gets a warning.
    /// All others belong to somebody else. Names only: the value of a mistyped variable may be a secret.
    /// </summary>
    public void FindMistyped(List<string> problems, List<string> warnings)
    {
        foreach (var (name, value) in environment.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (value.Length == 0)
            {
                continue;
            }

            if (Meant(name, Prefix, static flag => flag.Variable, static flag => flag.HasVariable) is { } meant)
            {
                problems.Add($"the environment variable {name} is no flag's; write {meant}, or remove it");
            }
            else if ((EtcdctlAliases.GetValueOrDefault(name)
                ?? Meant(name, EtcdctlPrefix, static flag =>
                    flag.EtcdctlVariable, static flag => flag.FromEtcdctl)) is { } etcdctl)
            {
                warnings.Add($"the environment variable {name} has no effect; did you mean {etcdctl}?");
            }
        }
    }

    private static string? Meant(string name, string prefix, Func<Flag, string> variable, Func<Flag, bool> has)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal) || name == ServicePort
            || Flags.All.Any(flag => has(flag) && variable(flag) == name))
        {
            return null;
        }

        var nearest = Flags.All.FirstOrDefault(flag =>
            has(flag) && NearestName.IsOneSlipAway(name[prefix.Length..], variable(flag)[prefix.Length..]));
        return nearest is null ? null : variable(nearest);
    }

    private string? Value(Flag flag, string name)
    {
        if (!environment.TryGetValue(name, out var text))
        {
            return null;
        }

        var holdsPassword = flag == Flags.Password || (flag == Flags.User && text.Contains(':', StringComparison.Ordinal));
        return holdsPassword ? text : text.Trim();
    }
}
