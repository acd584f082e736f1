using System.Globalization;
using EtcdDefrag.Bench;

switch (args)
{
    case ["servers", var members, var statusMilliseconds, var defragSeconds]:
        await ScriptedServers.RunAsync(Number(members), TimeSpan.FromMilliseconds(Number(statusMilliseconds)), TimeSpan.FromSeconds(Number(defragSeconds)));
        return 0;
    case ["rules", var seconds]:
        RuleLoad.Run(TimeSpan.FromSeconds(Number(seconds)));
        return 0;
    default:
        await Console.Error.WriteLineAsync("servers MEMBERS STATUS-MILLISECONDS DEFRAGMENT-SECONDS: a cluster in this process, until standard input ends; rules SECONDS");
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
