using System.Globalization;
using EtcdDefrag.Bench;

switch (args)
{
    case ["servers", var clusters, var members, var statusMilliseconds, var defragMilliseconds]:
        await ScriptedServers.RunAsync(
            Number(clusters), Number(members), TimeSpan.FromMilliseconds(Number(statusMilliseconds)), TimeSpan.FromMilliseconds(Number(defragMilliseconds)));
        return 0;
    case ["rules", var seconds]:
        RuleLoad.Run(TimeSpan.FromSeconds(Number(seconds)));
        return 0;
    default:
        await Console.Error.WriteLineAsync("servers CLUSTERS MEMBERS STATUS-MILLISECONDS DEFRAGMENT-MILLISECONDS: clusters in this process, until standard input ends; rules SECONDS");
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
