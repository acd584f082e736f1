using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd.Net;

namespace EtcdDefrag.Etcd;

/// <summary>Keeps the token for the run: logs in at the first use, and again when etcd no longer takes the token. Tokens
/// hold for all members.</summary>
/// <param name="options">Who logs in.</param>
/// <param name="login">Logs in at an endpoint and returns the token.</param>
internal sealed class AuthTokenSource(ConnectionOptions options, AuthTokenSource.Login login) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile string? _token = string.IsNullOrEmpty(options.AuthToken) ? null : options.AuthToken;
    private readonly Dictionary<Endpoint, ServerRejectedException> _refused = [];
    private volatile bool _authDisabled;

    /// <summary>Logs in at an endpoint.</summary>
    /// <returns>The token.</returns>
    internal delegate Task<string> Login(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Whether a new token can be had: somebody is to log in, and no token was given instead.</summary>
    public bool CanRenew => string.IsNullOrEmpty(options.AuthToken) && !string.IsNullOrEmpty(options.User)
        && options.Password is not null;

    /// <summary>The token to present; null: none.</summary>
    /// <exception cref="ClusterException">The login failed.</exception>
    public ValueTask<string?> GetAsync(Endpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        _token is { } token ? ValueTask.FromResult<string?>(token)
        : !CanRenew || _authDisabled ? ValueTask.FromResult<string?>(null)
        : new ValueTask<string?>(LogInAsync(endpoint, stale: null, isFirst: true, timeout, cancellationToken));

    /// <summary>A token other than the stale one: a login, unless somebody else was quicker.</summary>
    /// <exception cref="ClusterException">The login failed.</exception>
    public Task<string?> RenewAsync(Endpoint endpoint, string? stale, TimeSpan timeout, CancellationToken cancellationToken) =>
        LogInAsync(endpoint, stale, isFirst: false, timeout, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<string?> LogInAsync(
        Endpoint endpoint, string? stale, bool isFirst, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // Waits for another call's login, but not for ever: a member that hangs must not keep us from the others.
        var entered = await _gate.WaitAsync(Timers.Clamp(timeout < options.DialTimeout ? timeout : options.DialTimeout),
            cancellationToken);
        try
        {
            if (_token != stale || (isFirst && _authDisabled))
            {
                return _token; // somebody else was quicker
            }

            lock (_refused)
            {
                if (_refused.TryGetValue(endpoint, out var refused))
                {
                    // What was wrong stays wrong. Asking again would cost the server a slow hash each
                    // time, and look like an attack.
                    throw new ServerRejectedException(endpoint, refused.Call, refused.Kind, refused.Code, refused.Reason,
                        refused.RequestMayHaveRun);
                }
            }

            _token = await login(endpoint, timeout, cancellationToken);
        }
        catch (ServerRejectedException e) when (e.Kind == RejectionKind.AuthNotEnabled)
        {
            // As clientv3: someone who logs in where nobody has to is let in.
            _authDisabled = true;
            _token = null;
        }
        catch (ServerRejectedException e) when (e.Kind == RejectionKind.NotAuthenticated)
        {
            lock (_refused)
            {
                _refused[endpoint] = e;
            }

            throw;
        }
        finally
        {
            if (entered)
            {
                _gate.Release();
            }
        }

        return _token;
    }
}
