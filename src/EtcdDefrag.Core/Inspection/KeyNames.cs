using System.Security.Cryptography;
using System.Text;
using EtcdDefrag.Core.Bolt;
using EtcdDefrag.Core.Keyspace;

namespace EtcdDefrag.Core.Inspection;

/// <summary>How keys and names are shown: printable, and on request without what may name a tenant.</summary>
/// <param name="secret">What hashes depend on, so that nobody can try out names; null: names are shown.</param>
public sealed class KeyNames(byte[]? secret)
{
    private const int HashBytes = 4;

    /// <summary>A key of the users, or a prefix of keys. What is hashed: each part below the resource or the first step.</summary>
    /// <param name="key">The key.</param>
    /// <param name="longest">How many of its bytes are shown.</param>
    public string Key(ReadOnlySpan<byte> key, int longest = int.MaxValue)
    {
        if (secret is null)
        {
            return KeyText.Of(key, longest);
        }

        Span<int> ends = stackalloc int[2];
        var count = KeySegments.Find(key, 0, ends);
        var kept = count == 0 ? 0 : ends[KeySegments.IsKubernetes(key) ? count - 1 : 0];
        var text = new StringBuilder(KeyText.Of(key[..kept], longest));
        for (var rest = key[kept..]; !rest.IsEmpty;)
        {
            var slash = rest.IndexOf((byte)'/');
            var part = slash < 0 ? rest : rest[..slash];
            text.Append(part.IsEmpty ? "" : Hash(part)).Append(slash < 0 ? "" : "/");
            rest = slash < 0 ? [] : rest[(slash + 1)..];
        }

        return text.ToString();
    }

    /// <summary>The name of a user, a role or a member.</summary>
    public string Name(ReadOnlySpan<byte> name) => secret is null ? KeyText.Of(name) : Hash(name);

    /// <summary>The name of a member.</summary>
    public string Name(string name) => Name(Encoding.UTF8.GetBytes(name));

    /// <summary>A bucket, printable already. etcd's own say nothing of anybody.</summary>
    public string Bucket(string name) => secret is null || EtcdRules.IsKnown(name) ? name : Hash(Encoding.UTF8.GetBytes(name));

    /// <summary>A finding: its text may name keys of any bucket.</summary>
    public Finding Finding(Finding finding) => secret is null ? finding : finding with
    {
        Key = null,
        Bucket = finding.Bucket is { } bucket ? Bucket(bucket) : null,
        Text = $"{finding.Id}: the text may name keys, so --redact leaves it out",
    };

    private string Hash(ReadOnlySpan<byte> part) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret!, part).AsSpan(0, HashBytes));
}
