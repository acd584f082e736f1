using System.Text;

namespace EtcdDefrag.Etcd.Tests.Discovery;

/// <summary>DNS answers made by hand, right and wrong ones.</summary>
internal static class DnsBytes
{
    public const ushort ResponseFlags = 0x8180;
    public const ushort Truncated = 0x0200;

    /// <summary>An answer to a question: its header and question as asked, the rest as given.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> question, int flags, int count, params byte[][] records) =>
    [
        .. question[..2], .. Two(flags), .. Two(1), .. Two(count), .. Two(0), .. Two(0), .. question[12..],
        .. records.SelectMany(record => record),
    ];

    public static byte[] Srv(byte[] owner, int priority, int weight, int port, byte[] target, int? length = null) =>
        [.. owner, .. Two(33), .. Two(1), 0, 0, 0, 60, .. Two(length ?? 6 + target.Length), .. Two(priority), .. Two(weight), .. Two(port), .. target];

    public static byte[] Alias(byte[] owner, byte[] target) => [.. owner, .. Two(5), .. Two(1), 0, 0, 0, 60, .. Two(target.Length), .. target];

    public static byte[] Name(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    public static byte[] Pointer(int to) => [(byte)(0xC0 | (to >> 8)), (byte)to];

    public static byte[] Two(int number) => [(byte)(number >> 8), (byte)number];
}
