using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Cli;

/// <summary>What the environment says about flags. An empty variable counts as not set, as in the original.</summary>
internal sealed class EnvironmentValues(IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Names a file to read instead of /etc/resolv.conf, for split DNS and for tests. No flag: nobody needs it twice.</summary>
    public const string ResolvConf = "ETCD_DEFRAG_RESOLV_CONF";

    private const string Prefix = "ETCD_DEFRAG_";

    /// <summary>The file that names the DNS servers; null: the system's.</summary>
    public string? ResolvConfFile => environment.TryGetValue(ResolvConf, out var path) && path.Length > 0 ? path : null;

    public (ValueSource Source, string Text) Find(Flag flag)
    {
        if (flag == Flags.Help)
        {
            return (ValueSource.Default, "");
        }

        if (environment.TryGetValue(flag.Variable, out var text) && text.Length > 0)
        {
            return (ValueSource.Variable, text);
        }

        return flag.FromEtcdctl && environment.TryGetValue(flag.EtcdctlVariable, out text) && text.Length > 0
            ? (ValueSource.EtcdctlVariable, text)
            : (ValueSource.Default, "");
    }

    /// <summary>A warning for each variable that looks like ours and is no flag's. Names only: the value of a mistyped variable may be a secret.</summary>
    public void WarnOfUnknown(List<string> warnings)
    {
        List<string>? unknown = null;
        foreach (var name in environment.Keys)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && !IsKnown(name) && !IsForeign(name))
            {
                (unknown ??= []).Add(name);
            }
        }

        if (unknown is null)
        {
            return;
        }

        unknown.Sort(StringComparer.Ordinal);
        var known = new List<string>();
        foreach (var flag in Flags.All)
        {
            known.Add(flag.Variable);
        }

        foreach (var name in unknown)
        {
            // The prefix is common to all: with it every name would look near.
            var nearest = NearestName.Find(name[Prefix.Length..], known.ConvertAll(static variable => variable[Prefix.Length..]));
            var hint = nearest is null ? "" : $"; did you mean {Prefix}{nearest}?";
            warnings.Add($"the environment variable {name} is no flag's and has no effect{hint}");
        }
    }

    private static bool IsKnown(string name)
    {
        foreach (var flag in Flags.All)
        {
            if (flag.Variable == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Variables with our prefix that are no flag's: the one above, and those that others set: the project's own tests, and Kubernetes for a service named etcd-defrag.</summary>
    private static bool IsForeign(string name) =>
        name is ResolvConf or "ETCD_DEFRAG_ETCD_DIR" or "ETCD_DEFRAG_BINARY" or "ETCD_DEFRAG_PORT"
        || name.StartsWith("ETCD_DEFRAG_TEST_", StringComparison.Ordinal)
        || name.StartsWith("ETCD_DEFRAG_SERVICE_", StringComparison.Ordinal)
        || name.StartsWith("ETCD_DEFRAG_PORT_", StringComparison.Ordinal);
}
