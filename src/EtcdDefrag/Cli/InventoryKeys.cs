using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Cli;

/// <summary>The keys of a cluster in an inventory: its own, and the flags of the main job that one cluster
/// can have for itself.</summary>
internal static class InventoryKeys
{
    public const string Name = "name";
    public const string Labels = "labels";
    public const string All = "all";

    /// <summary>Which cluster it is, and who we are there: no variable says that for all clusters of a fleet.</summary>
    private static readonly HashSet<Flag> Identity =
    [
        Flags.Endpoints, Flags.DiscoverySrv, Flags.DiscoverySrvName, Flags.CaCert, Flags.Cert, Flags.Key, Flags.User,
            Flags.Password, Flags.PasswordFile,
        Flags.AuthJwtToken, Flags.TlsServerName, Flags.MetricsUrl,
    ];

    private static readonly HashSet<Flag> OfTheFleet =
    [
        Flags.Debug, Flags.DryRun, Flags.ExitCode, Flags.Help, Flags.Hex, Flags.Jitter, Flags.LogTimestamps, Flags.MetricsPushgateway,
            Flags.MetricsTextfile, Flags.NoProgress,
        Flags.Quiet, Flags.ReportFile, Flags.Version, Flags.WriteOut,
    ];

    /// <summary>Whether a cluster can have this flag for itself.</summary>
    public static bool IsOfCluster(Flag flag) =>
        (flag.Commands & Commands.Defrag) != 0 && flag.Use != FlagUse.File && !OfTheFleet.Contains(flag);

    /// <summary>Whether the command line and the environment set it for each cluster's run.</summary>
    public static bool IsForEach(Flag flag) => flag == Flags.DryRun || (IsOfCluster(flag) && flag != Flags.RunTimeout);

    /// <summary>Whether the environment sets it for a fleet.</summary>
    public static bool IsFromEnvironment(Flag flag) => !Identity.Contains(flag);

    /// <summary>The flag behind a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="inDefaults">Whether it stands among the defaults.</param>
    /// <param name="problem">What is wrong with the key; else empty.</param>
    public static Flag? Find(string key, bool inDefaults, out string problem)
    {
        var flag = Flags.Find(key);
        problem = flag switch
        {
            null => $"there is no key {Printable.Of(key)} here{(NearestName.Find(key, Known(inDefaults)) is { } near ? $"; did you mean {near}?" : "; the keys are name, labels, all and the main job's flags")}",
            _ when flag == Flags.Password || flag == Flags.AuthJwtToken =>
                $"{key} is a secret, and an inventory is kept where others read it; write user, and password-file, the name of a file with the password",
            _ when inDefaults && (flag == Flags.Endpoints || flag == Flags.DiscoverySrv) =>
                $"{key} can't be a default: each cluster has its own",
            _ when !IsOfCluster(flag) => (flag.Commands & Commands.Fleet) != 0
                ? $"{key} is for the whole fleet; give {flag.Display} on the command line"
                : $"{key} does not apply to a cluster of a fleet; remove it",
            _ => "",
        };
        return problem.Length == 0 ? flag : null;
    }

    private static IEnumerable<string> Known(bool inDefaults) =>
        (inDefaults ? [All] : (string[])[Name, Labels, All]).Concat(Flags.All.Where(IsOfCluster).Select(flag => flag.Name));
}
