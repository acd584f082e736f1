namespace EtcdDefrag;

/// <summary>What this binary was built from; stands in until the build writes it.</summary>
internal static class BuildInfo
{
    public const string Version = "0.1.0";

    public const string Commit = "unknown";
}
