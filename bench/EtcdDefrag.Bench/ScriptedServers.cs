using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Etcd.Protos;
using Google.Protobuf;

namespace EtcdDefrag.Bench;

/// <summary>Whole clusters in one process: each member has a port of its own, and answers as a healthy etcd would after the time it is told to take.</summary>
internal static class ScriptedServers
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>Serves until standard input ends. Prints the address of each cluster's first member when all of them listen.</summary>
    public static async Task RunAsync(int clusters, int members, TimeSpan statusTakes, TimeSpan defragmentTakes)
    {
        for (var cluster = 1; cluster <= clusters; cluster++)
        {
            var listeners = Enumerable.Range(0, members).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
            Array.ForEach(listeners, listener => listener.Start(backlog: 512));
            var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
            for (var i = 0; i < members; i++)
            {
                _ = AcceptAsync(
                    listeners[i], Answers((ulong)cluster, Id(i), ports), call => call == "Status" ? statusTakes : call == "Defragment" ? defragmentTakes : TimeSpan.Zero);
            }

            Console.WriteLine($"http://127.0.0.1:{ports[0]}");
        }

        await Console.In.ReadToEndAsync();
    }

    private static async Task AcceptAsync(TcpListener listener, Dictionary<string, IMessage> answers, Func<string, TimeSpan> takes)
    {
        while (true)
        {
            _ = new ScriptedConnection(await listener.AcceptSocketAsync(), answers, takes).ServeAsync();
        }
    }

    /// <summary>What a member says to each call. HashKV, which is asked for a revision that is to come, is not among them.</summary>
    private static Dictionary<string, IMessage> Answers(ulong cluster, ulong own, int[] ports)
    {
        var header = new ResponseHeader { ClusterId = cluster, MemberId = own, Revision = 1000, RaftTerm = 2 };
        return new()
        {
            ["Status"] = new StatusResponse
            {
                Header = header,
                Version = "3.5.30",
                DbSize = 100 * Megabyte,
                DbSizeInUse = 100 * Megabyte, // nothing is free, so a defragmentation that changes nothing is believed
                Leader = Id(0),
                RaftIndex = 5000,
                RaftAppliedIndex = 5000,
                RaftTerm = 2,
            },
            ["MemberList"] = Members(header, ports),
            ["Range"] = new RangeResponse { Header = header },
            ["Alarm"] = new AlarmResponse(),
            ["Compact"] = new CompactionResponse { Header = header },
            ["Defragment"] = new DefragmentResponse(),
        };
    }

    private static MemberListResponse Members(ResponseHeader header, int[] ports)
    {
        var list = new MemberListResponse { Header = header };
        for (var i = 0; i < ports.Length; i++)
        {
            list.Members.Add(new Member { ID = Id(i), Name = $"m{i + 1}", ClientURLs = { $"http://127.0.0.1:{ports[i]}" } });
        }

        return list;
    }

    private static ulong Id(int index) => (ulong)index + 1;
}
