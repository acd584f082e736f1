namespace EtcdDefrag.Core.Bolt;

/// <summary>What to do about findings. Never a repair: another member, or a backup, has what is damaged here.</summary>
public static class Advice
{
    /// <summary>For a file that has lost data, or may have.</summary>
    public const string Replace =
        "do not start etcd on this file: remove this member from the cluster and add it again, so that it copies the data "
        + "from the others, or restore a backup";

    /// <summary>For a tree that holds all its data and will trip etcd later.</summary>
    public const string DefragmentOnline =
        "all data can be read: start etcd on it, defragment the member online, which writes the file anew, and check again; "
        + "or remove the member and add it again";

    /// <summary>For what needs no action.</summary>
    public const string None = "nothing to do";
}
