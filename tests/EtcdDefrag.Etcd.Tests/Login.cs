using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;
using EtcdDefrag.Etcd.Tests.Faults;

namespace EtcdDefrag.Etcd.Tests;

public sealed class Login
{
    private static readonly Endpoint Somewhere = Endpoint.Parse("127.0.0.1:1");
    private static readonly ConnectionOptions Root = new() { User = "root", Password = "secret" };

    [Fact]
    public async Task Happens_once_for_many_calls()
    {
        var logins = 0;
        using var source = new AuthTokenSource(Root, (_, _, _) => Task.FromResult($"t{++logins}"));

        var tokens = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => GetAsync(source)));

        Assert.All(tokens, token => Assert.Equal("t1", token));
        Assert.Equal(1, logins);
    }

    [Fact]
    public async Task Stale_token_is_renewed_once_for_all_who_held_it()
    {
        var logins = 0;
        using var source = new AuthTokenSource(Root, (_, _, _) => Task.FromResult($"t{++logins}"));
        await GetAsync(source);

        var first = await source.RenewAsync(Somewhere, "t1", FaultCase.LongWait, TestContext.Current.CancellationToken);
        var second = await source.RenewAsync(Somewhere, "t1", FaultCase.LongWait, TestContext.Current.CancellationToken);

        Assert.Equal(("t2", "t2", 2), (first, second, logins));
    }

    [Fact]
    public async Task Is_tolerated_where_authentication_is_not_enabled()
    {
        var logins = 0;
        using var source = new AuthTokenSource(Root, (endpoint, _, _) =>
        {
            logins++;
            throw new ServerRejectedException(endpoint, "Authenticate", RejectionKind.AuthNotEnabled, "FailedPrecondition", "etcdserver: authentication is not enabled", false);
        });

        Assert.Null(await GetAsync(source));
        Assert.Null(await GetAsync(source));
        Assert.Equal(1, logins);
    }

    [Fact]
    public async Task Refused_login_is_tried_once_per_endpoint_and_remembered()
    {
        var logins = 0;
        using var source = new AuthTokenSource(Root, (endpoint, _, _) =>
        {
            logins++;
            throw new ServerRejectedException(endpoint, "Authenticate", RejectionKind.NotAuthenticated, "InvalidArgument", "wrong user or password", false);
        });

        var errors = new List<ServerRejectedException>();
        for (var i = 0; i < 3; i++)
        {
            errors.Add(await Assert.ThrowsAsync<ServerRejectedException>(() => GetAsync(source)));
        }

        await Assert.ThrowsAsync<ServerRejectedException>(() =>
            source.GetAsync(Endpoint.Parse("127.0.0.1:2"), FaultCase.LongWait, TestContext.Current.CancellationToken).AsTask());

        Assert.Equal(2, logins);
        Assert.All(errors, error => Assert.Equal("wrong user or password", error.Message));
    }

    [Fact]
    public async Task Given_token_wins_and_is_never_renewed()
    {
        using var source = new AuthTokenSource(new ConnectionOptions { User = "root", Password = "x", AuthToken = "jwt" }, (_, _, _) => throw new InvalidOperationException());

        Assert.Equal("jwt", await GetAsync(source));
        Assert.False(source.CanRenew);
    }

    [Fact]
    public async Task Hanging_login_of_another_member_does_not_hold_us_up()
    {
        var hanging = new TaskCompletionSource<string>();
        var options = new ConnectionOptions { User = "root", Password = "secret", DialTimeout = FaultCase.ShortWait };
        var other = Endpoint.Parse("127.0.0.1:2");
        using var source = new AuthTokenSource(options, (endpoint, _, _) => endpoint == other ? hanging.Task : Task.FromResult("mine"));
        var stuck = source.GetAsync(other, FaultCase.LongWait, TestContext.Current.CancellationToken).AsTask();

        var token = await GetAsync(source);

        Assert.Equal("mine", token);
        hanging.SetResult("late");
        await stuck;
    }

    [Fact]
    public async Task Defragment_turned_away_for_its_token_is_asked_once_more_with_a_new_one_and_never_a_third_time()
    {
        await using var server = new FaultServer(async peer =>
        {
            var id = await peer.TakeRequestAsync();
            for (var defragments = 0; ; id = await peer.NextRequestAsync())
            {
                if (peer.LastRequest.Contains("Authenticate", StringComparison.Ordinal))
                {
                    await peer.OkHeadersAsync(id);
                    await peer.DataAsync(id, Peer.Frame([0x12, 2, (byte)'t', (byte)('0' + defragments)]));
                    await peer.OkTrailersAsync(id);
                    continue;
                }

                defragments++;
                await peer.TrailersAsync(id, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "16"), ("grpc-message", "etcdserver: invalid auth token"));
            }
        });
        using var client = EtcdClusterClient.Create(new ConnectionOptions { User = "root", Password = "secret" }, TimeProvider.System);

        var error = await Assert.ThrowsAsync<ServerRejectedException>(() =>
            client.DefragmentAsync(server.Endpoint, FaultCase.LongWait, TestContext.Current.CancellationToken));

        Assert.Equal((RejectionKind.InvalidToken, false), (error.Kind, error.RequestMayHaveRun));
        Assert.Equal(2, server.Defragments);
        Assert.Equal(1, client.ConnectionsOpened);
    }

    private static Task<string?> GetAsync(AuthTokenSource source) =>
        source.GetAsync(Somewhere, FaultCase.LongWait, TestContext.Current.CancellationToken).AsTask();
}
