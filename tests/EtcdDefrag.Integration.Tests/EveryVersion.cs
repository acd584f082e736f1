using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Theory data: the number of every etcd version that is tried.</summary>
public sealed class EveryVersion : TheoryData<string>
{
    public EveryVersion() => AddRange(EtcdBinaries.Tried.Select(version => version.ToString()).ToArray());
}
