using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Testing.Contract;
using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Real etcd keeps the contract that the model keeps: what holds for both, the simulation may build upon.</summary>
public abstract class RealContractTests(EtcdVersion version) : ClusterClientContract
{
    protected override async Task OnClusterAsync(ClusterShape shape, Func<IClusterUnderTest, Task> test)
    {
        await using var cluster = await EtcdCluster.StartAsync(version, Cancel, new ClusterOptions { Members = shape.Voters });
        for (var i = 0; i < shape.Learners; i++)
        {
            await cluster.AddMemberAsync(start: true, learner: true, Cancel);
        }

        using var real = new RealUnderTest(cluster, shape);
        await EventuallyAsync(real, async () => (await StatusesAsync(real)) is var all && all.All(status => !status.Leader.IsNone && status.Leader == all[0].Leader));
        await test(real);
    }

    private sealed class RealUnderTest(EtcdCluster cluster, ClusterShape shape) : IClusterUnderTest, IDisposable
    {
        private readonly EtcdClusterClient _client = EtcdClusterClient.Create(new ConnectionOptions(), TimeProvider.System);

        public IClusterClient Client => _client;

        public TimeProvider Time => TimeProvider.System;

        public IReadOnlyList<Endpoint> Voters => [.. cluster.Members.Take(shape.Voters).Select(member => Endpoint.Parse(member.ClientUrl))];

        public IReadOnlyList<Endpoint> Learners => [.. cluster.Members.Skip(shape.Voters).Select(member => Endpoint.Parse(member.ClientUrl))];

        public async Task WriteHistoryAsync(int values, int bytesPerValue, CancellationToken cancellationToken)
        {
            var value = new byte[bytesPerValue];
            for (var written = 0; written < values; written += 10)
            {
                await cluster.Members[0].Gateway.PutAsync(Enumerable.Range(0, 10).Select(i => ($"history/{i}", value)), cancellationToken);
            }

            // The revision asked for next is to be known everywhere.
            var revision = (await cluster.Members[0].Gateway.StatusAsync(cancellationToken)).Revision;
            await Testing.Wait.UntilAsync(
                "all voters have applied it",
                async () =>
                {
                    var revisions = await Task.WhenAll(cluster.Members.Take(shape.Voters).Select(member => member.Gateway.StatusAsync(cancellationToken)));
                    return revisions.All(status => status.Revision >= revision);
                },
                cancellationToken);
        }

        public Task SuspendAsync(Endpoint endpoint, CancellationToken cancellationToken) => Member(endpoint).SuspendAsync(cancellationToken);

        public Task ResumeAsync(Endpoint endpoint, CancellationToken cancellationToken)
        {
            Member(endpoint).Resume();
            return Task.CompletedTask;
        }

        public Task StopAsync(Endpoint endpoint, CancellationToken cancellationToken) => Member(endpoint).KillAsync(cancellationToken);

        public void Dispose() => _client.Dispose();

        private EtcdMember Member(Endpoint endpoint) => cluster.Members.Single(member => member.ClientUrl == endpoint.Text);
    }
}

/// <summary>The contract on the oldest version at hand.</summary>
public sealed class OldestEtcdContractTests() : RealContractTests(EtcdBinaries.Oldest);

/// <summary>The contract on the newest version at hand.</summary>
public sealed class NewestEtcdContractTests() : RealContractTests(EtcdBinaries.Newest);
