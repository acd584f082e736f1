using System.Runtime.InteropServices;

namespace EtcdDefrag.Cli;

/// <summary>What <c>--version</c> and <c>etcd-defrag version</c> print: the original's four lines.</summary>
internal static class VersionText
{
    public static string Build() =>
        $"""
        etcd-defrag Version: {BuildInfo.Version}
        Git SHA: {BuildInfo.Commit}
        .NET Version: {Environment.Version}
        .NET OS/Arch: {OsName()}/{ArchitectureName()}

        """;

    /// <summary>The same for scripts, as one JSON object.</summary>
    public static string Json() =>
        $$"""
        {"version":"{{BuildInfo.Version}}","gitSha":"{{BuildInfo.Commit}}","dotnetVersion":"{{Environment.Version}}","os":"{{OsName()}}","arch":"{{ArchitectureName()}}"}

        """;

    private static string OsName() =>
        OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows"
            : "unknown";

    /// <summary>Go's names, so that scripts need not learn others.</summary>
    private static string ArchitectureName() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };
}
