using System.Buffers.Binary;
using System.Net;
using EtcdDefrag.Etcd.Protos;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EtcdDefrag.Bench;

/// <summary>A whole cluster in one process: each member has a port of its own, and answers as a healthy etcd would after the time it is told to take.</summary>
internal static class ScriptedServers
{
    private const ulong ClusterId = 0xc1;
    private const long Megabyte = 1024 * 1024;

    /// <summary>Serves until standard input ends. Prints the first member's address when all of them listen.</summary>
    public static async Task RunAsync(int members, TimeSpan statusTakes, TimeSpan defragmentTakes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            for (var i = 0; i < members; i++)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            }
        });
        var app = builder.Build();
        int[] ports = [];
        app.Run(context => AnswerAsync(context, ports, statusTakes, defragmentTakes));
        await app.StartAsync();
        ports = [.. app.Urls.Select(url => new Uri(url).Port)];
        Console.WriteLine($"http://127.0.0.1:{ports[0]}");
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    private static async Task AnswerAsync(HttpContext context, int[] ports, TimeSpan statusTakes, TimeSpan defragmentTakes)
    {
        var own = Id(Array.IndexOf(ports, context.Connection.LocalPort));
        var header = new ResponseHeader { ClusterId = ClusterId, MemberId = own, Revision = 1000, RaftTerm = 2 };
        var call = Path.GetFileName(context.Request.Path.Value);
        await context.Request.BodyReader.CopyToAsync(Stream.Null);
        await Task.Delay(call == "Status" ? statusTakes : call == "Defragment" ? defragmentTakes : TimeSpan.Zero);
        IMessage? answer = call switch
        {
            "Status" => new StatusResponse
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
            "MemberList" => Members(header, ports),
            "Range" => new RangeResponse { Header = header },
            "Alarm" => new AlarmResponse(),
            "Compact" => new CompactionResponse { Header = header },
            "Defragment" => new DefragmentResponse(),
            _ => null,
        };
        await WriteAsync(context.Response, answer);
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

    private static async Task WriteAsync(HttpResponse response, IMessage? answer)
    {
        response.ContentType = "application/grpc";
        if (answer is null)
        {
            // HashKV, which is asked for a revision that is to come.
            response.Headers["grpc-status"] = "11";
            response.Headers["grpc-message"] = "etcdserver: mvcc: required revision is a future revision";
            return;
        }

        response.DeclareTrailer("grpc-status");
        var frame = new byte[5 + answer.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        answer.WriteTo(frame.AsSpan(5));
        await response.Body.WriteAsync(frame);
        response.AppendTrailer("grpc-status", "0");
    }
}
