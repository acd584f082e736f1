using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Testing.Contract;
using EtcdDefrag.Testing.Model;
using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Simulation.Tests;

/// <summary>The model keeps the contract that real etcd keeps.</summary>
public sealed class ModelContractTests : ClusterClientContract
{
    protected override Task OnClusterAsync(ClusterShape shape, Func<IClusterUnderTest, Task> test)
    {
        var cluster = new ModelUnderTest(shape);
        cluster.VirtualTime.Run(() => test(cluster));
        return Task.CompletedTask;
    }

    private sealed class ModelUnderTest : IClusterUnderTest
    {
        private readonly ModelCluster _cluster;
        private readonly ModelNetwork _network;

        public ModelUnderTest(ClusterShape shape)
        {
            _network = new ModelNetwork(VirtualTime, new Journal(), new Dice(1));
            _cluster = new ModelCluster(_network, new Dice(2), new ClusterId(0xc1));
            List<Endpoint> voters = [];
            List<Endpoint> learners = [];
            for (var i = 1; i <= shape.Voters + shape.Learners; i++)
            {
                var member = _cluster.AddMember((ulong)(0x1000 + i), $"m{i}", learner: i > shape.Voters);
                var url = $"http://10.0.0.{i}:2379";
                member.ClientUrls.Add(url);
                _network.AddRoute(url, member);
                (member.IsLearner ? learners : voters).Add(Endpoint.Parse(url));
            }

            Voters = voters;
            Learners = learners;
            _cluster.SetLeader(_cluster.Members[0], "from the beginning");
            Client = new ModelClient(_network);
        }

        public VirtualTime VirtualTime { get; } = new();

        public IClusterClient Client { get; }

        public TimeProvider Time => VirtualTime;

        public IReadOnlyList<Endpoint> Voters { get; }

        public IReadOnlyList<Endpoint> Learners { get; }

        public async Task WriteHistoryAsync(int values, int bytesPerValue, CancellationToken cancellationToken)
        {
            _cluster.WritesPerSecond = 1000;
            _cluster.BytesPerWrite = bytesPerValue;
            await Task.Delay(TimeSpan.FromSeconds(values / 1000.0), VirtualTime, cancellationToken);
            _cluster.Advance();
            _cluster.WritesPerSecond = 0;
        }

        public Task SuspendAsync(Endpoint endpoint, CancellationToken cancellationToken) => Do(endpoint, _cluster.Suspend);

        public Task ResumeAsync(Endpoint endpoint, CancellationToken cancellationToken) => Do(endpoint, _cluster.Resume);

        public Task StopAsync(Endpoint endpoint, CancellationToken cancellationToken) => Do(endpoint, _cluster.Crash);

        private Task Do(Endpoint endpoint, Action<ModelMember> action)
        {
            action(_network.Routes[endpoint].Members[0]);
            return Task.CompletedTask;
        }
    }
}
