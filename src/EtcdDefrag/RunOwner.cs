using System.Globalization;

namespace EtcdDefrag;

/// <summary>Tells people which process holds the lock. Unique to the run.</summary>
internal static class RunOwner
{
    public static string Describe(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"etcd-defrag on {Environment.MachineName}, process {Environment.ProcessId}, since {time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} ({Guid.NewGuid():N})");
}
