using EtcdDefrag.Core.Text;
using EtcdDefrag.Etcd;

namespace EtcdDefrag;

/// <summary>What <c>--debug</c> shows: a line on standard error for every call. Neither requests nor
/// answers, so no secrets.</summary>
internal sealed class CallLog(TextWriter error, TimeProvider time)
{
    private readonly Lock _lock = new();

    public void Write(CallTrace call)
    {
        var connections = call.ConnectionsOpened == 1 ? "1 connection" : $"{call.ConnectionsOpened} connections";
        var line = $"debug: {call.Call} on {call.Endpoint}: {call.Result}, took {GoDuration.Format(call.Took)}, {connections}, at {time.GetLocalNow():HH:mm:ss.fff}";
        lock (_lock)
        {
            error.WriteLine(line);
        }
    }
}
