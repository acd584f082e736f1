namespace EtcdDefrag.Etcd.Net;

/// <summary>Timers that take any duration.</summary>
internal static class Timers
{
    /// <summary> no more than some 49 days; 24 are as good as for ever here.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>A source that cancels after a duration; at once where that is not positive.</summary>
    public static CancellationTokenSource After(TimeSpan duration, TimeProvider time) => new(Clamp(duration), time);

    /// <summary>The duration as far as a timer takes it.</summary>
    public static TimeSpan Clamp(TimeSpan duration) =>
        duration < TimeSpan.Zero ? TimeSpan.Zero : duration > Longest ? Longest : duration;
}
