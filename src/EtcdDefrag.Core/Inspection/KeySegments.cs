using System.Buffers;

namespace EtcdDefrag.Core.Inspection;

/// <summary>Where the prefixes of a key end that it is counted under.</summary>
/// <remarks>
/// <para>A path ends a prefix at each slash: <c>/registry/</c>, <c>/registry/pods/</c>, <c>/registry/pods/default/</c>.</para>
/// <para>
/// Below the roots of Kubernetes and OpenShift a resource of an API group is one step, <c>/registry/apps.example.com/things/</c>,
/// and so are the two kinds of <c>services</c>. Source: k8s.io/apiserver, registry/generic, and kube-apiserver's storage.
/// </para>
/// <para>
/// Behind the last slash, and in keys without any, a prefix ends behind each punctuation mark and before digits:
/// <c>user:</c>, <c>job</c> of <c>job17</c>. A key without any of these is counted under its first byte.
/// </para>
/// </remarks>
public static class KeySegments
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    private static readonly SearchValues<byte> Letters =
        SearchValues.Create([.. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8, .. Enumerable.Range(128, 128).Select(b => (byte)b)]);

    /// <summary>Whether the key is one of a Kubernetes or OpenShift API server with the usual prefix.</summary>
    public static bool IsKubernetes(ReadOnlySpan<byte> key) =>
        key.StartsWith("/registry/"u8) || key.StartsWith("/kubernetes.io/"u8) || key.StartsWith("/openshift.io/"u8);

    /// <summary>Finds the ends.</summary>
    /// <param name="key">The key.</param>
    /// <param name="after">Ends up to here are left out.</param>
    /// <param name="ends">Gets the ends, ascending; no more than it has room for.</param>
    /// <returns>How many there are.</returns>
    public static int Find(ReadOnlySpan<byte> key, int after, Span<int> ends)
    {
        var count = 0;
        var step = 0;
        var at = key.StartsWith("/"u8) ? 1 : 0;
        var isKubernetes = IsKubernetes(key);
        while (count < ends.Length && key[at..].IndexOf((byte)'/') is >= 0 and var slash)
        {
            var end = at + slash + 1;
            if (isKubernetes && step == 1 && IsHalf(key[at..(end - 1)]) && key[end..].IndexOf((byte)'/') is >= 0 and var second)
            {
                end += second + 1;
            }

            step++;
            at = end;
            Add(end, ends);
        }

        if (!isKubernetes)
        {
            FindTokens(key, at, ends);
            if (count == 0 && at == 0 && key.Length > 1)
            {
                Add(1, ends);
            }
        }

        return count;

        void Add(int end, Span<int> ends)
        {
            if (end > after && count < ends.Length)
            {
                ends[count++] = end;
            }
        }

        void FindTokens(ReadOnlySpan<byte> key, int at, Span<int> ends)
        {
            while (count < ends.Length && NextToken(key[at..]) is > 0 and var length && at + length < key.Length)
            {
                at += length;
                Add(at, ends);
            }
        }
    }

    private static bool IsHalf(ReadOnlySpan<byte> segment) => segment.Contains((byte)'.') || segment.SequenceEqual("services"u8);

    // A run of letters with the marks behind it, or of digits with the marks behind it; 0 at the end of the key.
    private static int NextToken(ReadOnlySpan<byte> rest)
    {
        var run = rest.IndexOfAnyExcept(Letters);
        if (run == 0)
        {
            run = rest.IndexOfAnyExcept(Digits);
        }

        if (run < 0)
        {
            return 0;
        }

        while (run < rest.Length && !Letters.Contains(rest[run]) && !Digits.Contains(rest[run]))
        {
            run++;
        }

        return run;
    }
}
