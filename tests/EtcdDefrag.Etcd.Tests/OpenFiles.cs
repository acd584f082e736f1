using System.Diagnostics;
using System.Globalization;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>The limit of open files and a large number of members.</summary>
public class OpenFiles
{
    [Fact]
    public void The_limit_is_raised_to_what_is_allowed_where_the_members_need_it()
    {
        var low = Limit().Current / 2; // more than the tests beside have open
        using (var prlimit = Process.Start("prlimit", ["--pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), $"--nofile={low}:"]))
        {
            prlimit.WaitForExit();
        }

        OpenFilesLimit.RaiseFor(7);
        Assert.Equal(low, Limit().Current);

        OpenFilesLimit.RaiseFor(low);
        Assert.Equal(Limit().Most, Limit().Current);
    }

    private static (int Current, int Most) Limit()
    {
        var words = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (int.Parse(words[3], CultureInfo.InvariantCulture), int.Parse(words[4], CultureInfo.InvariantCulture));
    }
}
