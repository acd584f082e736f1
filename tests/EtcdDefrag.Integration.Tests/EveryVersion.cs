using EtcdDefrag.Testing.Etcd;

namespace EtcdDefrag.Integration.Tests;

/// <summary>Theory data: the number of every etcd version at hand.</summary>
public sealed class EveryVersion : TheoryData<string>
{
    public EveryVersion() => AddRange(EtcdBinaries.All.Select(version => version.ToString()).ToArray());
}
