namespace EtcdDefrag.Testing.Model;

/// <summary>Leases and the keys bound to them: what a lock is made of.</summary>
public sealed partial class ModelCluster
{
    private readonly Dictionary<long, Lease> _leases = [];
    private readonly Dictionary<string, (string Value, long Lease)> _keys = new(StringComparer.Ordinal);
    private long _nextLease = 0x7587;

    public bool IsLeaseAlive(long lease)
    {
        ExpireLeases();
        return _leases.ContainsKey(lease);
    }

    /// <summary>The key's value; null: there is no such key.</summary>
    public string? Get(string key)
    {
        ExpireLeases();
        return _keys.TryGetValue(key, out var entry) ? entry.Value : null;
    }

    /// <summary>Puts a key as somebody else would.</summary>
    public void Put(string key, string value) => _keys[key] = (value, 0);

    /// <summary>Ends all leases, as an administrator's revoke or a long stall would.</summary>
    public void LoseLeases()
    {
        foreach (var lease in _leases.Keys.ToArray())
        {
            Revoke(lease, "revoked by someone else");
        }
    }

    /// <summary>Deletes all keys, as somebody would who wants a lock out of the way: the leases live on.</summary>
    public void DeleteKeys() => _keys.Clear();

    internal long Grant(TimeSpan timeToLive)
    {
        ExpireLeases();
        var id = ++_nextLease;
        _leases.Add(id, new Lease(timeToLive.Ticks, Time.Now + timeToLive.Ticks));
        return id;
    }

    internal bool Renew(long id)
    {
        ExpireLeases();
        if (_leases.TryGetValue(id, out var lease))
        {
            _leases[id] = lease with { ExpiresAt = Time.Now + lease.TimeToLive };
            return true;
        }

        return false;
    }

    internal bool Revoke(long id, string why)
    {
        ExpireLeases();
        return Drop(id, why);
    }

    internal string? Create(string key, string value, long lease)
    {
        if (_keys.TryGetValue(key, out var standing))
        {
            return standing.Value;
        }

        _keys.Add(key, (value, lease));
        return null;
    }

    private void ExtendLeases()
    {
        foreach (var id in _leases.Keys.ToArray())
        {
            _leases[id] = _leases[id] with { ExpiresAt = Time.Now + _leases[id].TimeToLive };
        }
    }

    private void ExpireLeases()
    {
        if (_leases.Count == 0 || Leader is null)
        {
            return;
        }

        foreach (var (id, lease) in _leases.ToArray())
        {
            if (lease.ExpiresAt <= Time.Now)
            {
                Drop(id, "expired");
            }
        }
    }

    private bool Drop(long id, string why)
    {
        if (!_leases.Remove(id))
        {
            return false;
        }

        Note("lease ends", null, why, id);
        foreach (var (key, entry) in _keys.ToArray())
        {
            if (entry.Lease == id)
            {
                _keys.Remove(key);
            }
        }

        return true;
    }

    private sealed record Lease(long TimeToLive, long ExpiresAt);
}
