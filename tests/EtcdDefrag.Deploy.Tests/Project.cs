using EtcdDefrag.Testing;

namespace EtcdDefrag.Deploy.Tests;

internal static class Project
{
    /// <summary>The version that this working copy builds, as Directory.Build.props says it.</summary>
    public static string Version { get; } = File.ReadAllText(Repo.Path("Directory.Build.props")).Split("<VersionPrefix>")[1].Split('<')[0];
}
