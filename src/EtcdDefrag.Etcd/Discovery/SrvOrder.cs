using DnsClient.Protocol;

namespace EtcdDefrag.Etcd.Discovery;

/// <summary>The order in which the targets of a service are to be tried.</summary>
internal static class SrvOrder
{
    /// <summary>By priority; among equals by chance, each in proportion to its weight, those of weight 0 last.</summary>
    /// <param name="records">The records.</param>
    /// <param name="random">A number from 0 up to, not including, the given one.</param>
    /// <remarks>Source: RFC 2782, with Go's reading of it (net/dnsclient.go, shuffleByWeight).</remarks>
    public static IReadOnlyList<SrvRecord> Of(IEnumerable<SrvRecord> records, Func<int, int> random)
    {
        var ordered = new List<SrvRecord>();
        foreach (var group in records.GroupBy(record => record.Priority).OrderBy(group => group.Key))
        {
            var left = group.ToList();
            var sum = left.Sum(record => record.Weight);
            while (sum > 0)
            {
                var index = Pick(left, random(sum));
                sum -= left[index].Weight;
                ordered.Add(left[index]);
                left.RemoveAt(index);
            }

            ordered.AddRange(left);
        }

        return ordered;
    }

    private static int Pick(List<SrvRecord> records, int drawn)
    {
        var index = 0;
        for (var sum = records[0].Weight; sum <= drawn; sum += records[index].Weight)
        {
            index++;
        }

        return index;
    }
}
