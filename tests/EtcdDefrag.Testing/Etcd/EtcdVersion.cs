namespace EtcdDefrag.Testing.Etcd;

/// <summary>One installed etcd version.</summary>
/// <param name="Number">For example 3.5.16.</param>
/// <param name="Folder">Where its etcd and etcdctl lie.</param>
public sealed record EtcdVersion(Version Number, string Folder)
{
    public string Server => Path.Combine(Folder, "etcd");

    public string Client => Path.Combine(Folder, "etcdctl");

    public override string ToString() => Number.ToString();
}
