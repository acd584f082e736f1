using DnsClient;
using DnsClient.Protocol;
using EtcdDefrag.Etcd.Discovery;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdDefrag.Etcd.Tests.Discovery;

public sealed class SrvOrders
{
    [Fact]
    public void Lower_priorities_come_first_whatever_their_weight() =>
        Assert.Equal([1, 5, 5, 9], SrvOrder.Of([Record(9, 99), Record(5, 1), Record(1, 0), Record(5, 2)], most => most - 1).Select(record => record.Priority));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 2)]
    [InlineData(39, 2)]
    [InlineData(40, 3)]
    [InlineData(99, 3)]
    public void Weight_is_the_share_of_the_draw(int drawn, int port)
    {
        SrvRecord[] records = [Record(0, 10, 1), Record(0, 30, 2), Record(0, 60, 3)];

        var first = SrvOrder.Of(records, most => most == 100 ? drawn : 0)[0];

        Assert.Equal(port, first.Port);
    }

    [Fact]
    public void Every_record_comes_once_and_those_without_weight_last()
    {
        Prop.ForAll<byte[], int>((weights, seed) =>
        {
            var random = new System.Random(seed);
            var records = weights.Select((weight, index) => Record(weight % 3, weight / 3, index)).ToList();

            var ordered = SrvOrder.Of(records, random.Next);

            return ordered.Order(Comparer<SrvRecord>.Create((a, b) => a.Port - b.Port)).SequenceEqual(records)
                && ordered.Zip(ordered.Skip(1)).All(pair => pair.First.Priority < pair.Second.Priority
                    || (pair.First.Priority == pair.Second.Priority && (pair.First.Weight > 0 || pair.Second.Weight == 0)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static SrvRecord Record(int priority, int weight, int port = 2379) => new(
        new ResourceRecordInfo("owner", ResourceRecordType.SRV, QueryClass.IN, 60, 0), (ushort)priority, (ushort)weight, (ushort)port, DnsString.Parse("target"));
}
