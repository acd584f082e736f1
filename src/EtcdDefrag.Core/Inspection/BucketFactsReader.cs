using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Core.Inspection;

/// <summary>Reads what etcd's own buckets say. What can't be read is left out: a check tells of damage.</summary>
internal sealed class BucketFactsReader
{
    private const int MostNames = 1000;
    private const int LongestValue = 64 * 1024;

    private readonly List<StoredMember> _members = [];
    private readonly List<StoredAlarm> _alarms = [];
    private readonly List<ReadOnlyMemory<byte>> _users = [];
    private readonly List<ReadOnlyMemory<byte>> _roles = [];
    private StoredLeases _leases = new();
    private BucketFacts _facts = new();

    public BucketFacts Finish() =>
        _facts with { Members = _members, Alarms = _alarms, Leases = _leases, Users = _users, Roles = _roles };

    public void Add(string bucket, ReadOnlySpan<byte> key, ValueBytes value)
    {
        if (value.Length > LongestValue)
        {
            return;
        }

        switch (bucket)
        {
            case "members" when _members.Count < MostNames && ClusterJson.Member(value.Piece(0)) is { } member
                && ulong.TryParse(key, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id):
                _members.Add(member with { Id = id });
                break;
            case "members_removed":
                _facts = _facts with { RemovedMembers = _facts.RemovedMembers + 1 };
                break;
            case "alarm" when _alarms.Count < MostNames:
                var alarm = ProtoNumbers.Read(key);
                _alarms.Add(new StoredAlarm(alarm.First, alarm.Second));
                break;
            case "lease":
                AddLease(ProtoNumbers.Read(value.Piece(0)));
                break;
            case "authUsers" when _users.Count < MostNames:
                _users.Add(key.ToArray());
                break;
            case "authRoles" when _roles.Count < MostNames:
                _roles.Add(key.ToArray());
                break;
            case "auth":
                AddAuth(key, value.Piece(0));
                break;
            case "cluster":
                AddCluster(key, value.Piece(0));
                break;
            default:
                break;
        }
    }

    // Source: etcd server/lease/leasepb/lease.proto: ID, TTL, RemainingTTL.
    private void AddLease(ProtoNumbers lease)
    {
        var (ttl, remaining) = ((long)lease.Second, (long)lease.Third);
        _leases = new StoredLeases
        {
            Count = _leases.Count + 1,
            ShortestTtl = _leases.Count == 0 ? ttl : Math.Min(_leases.ShortestTtl, ttl),
            LongestTtl = Math.Max(_leases.LongestTtl, ttl),
            WithRemaining = _leases.WithRemaining + (remaining > 0 ? 1 : 0),
            ShortestRemaining = remaining <= 0 ? _leases.ShortestRemaining
                : _leases.WithRemaining == 0 ? remaining
                : Math.Min(_leases.ShortestRemaining, remaining),
        };
    }

    private void AddAuth(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("authEnabled"u8))
        {
            _facts = _facts with { AuthEnabled = value.SequenceEqual((ReadOnlySpan<byte>)[1]) };
        }
        else if (key.SequenceEqual("authRevision"u8) && value.Length == sizeof(ulong))
        {
            _facts = _facts with { AuthRevision = BinaryPrimitives.ReadUInt64BigEndian(value) };
        }
    }

    private void AddCluster(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("clusterVersion"u8))
        {
            _facts = _facts with { ClusterVersion = Encoding.UTF8.GetString(value) };
        }
        else if (key.SequenceEqual("downgrade"u8))
        {
            _facts = _facts with { DowngradeTo = ClusterJson.DowngradeTarget(value) };
        }
    }
}
