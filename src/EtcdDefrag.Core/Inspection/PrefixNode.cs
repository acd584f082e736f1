namespace EtcdDefrag.Core.Inspection;

/// <summary>A prefix and what the keys under it take.</summary>
internal sealed class PrefixNode(PrefixNode? parent, byte[] name, bool isShared, bool isKubernetes)
{
    /// <summary>Counts of the keys that are in no deeper prefix.</summary>
    public KeyCounts Own;

    /// <summary>Counts of all keys under it; filled at the end.</summary>
    public KeyCounts All;

    /// <summary>The prefix around it; null: all keys.</summary>
    public PrefixNode? Parent => parent;

    /// <summary>How many prefixes are around it.</summary>
    public int Level { get; } = parent is null ? 0 : parent.Level + 1;

    /// <summary>The bytes that all its keys begin with.</summary>
    public byte[] Name { get; private set; } = name;

    /// <summary>Whether it is a key of Kubernetes or OpenShift.</summary>
    public bool IsKubernetes => isKubernetes;

    /// <summary>The prefixes in it.</summary>
    public List<PrefixNode> Children { get; } = [];

    /// <summary>Whether the name is what all keys share, which may be more than what put them together.</summary>
    public bool IsShared => isShared;

    /// <summary>Takes in one more key that is under it.</summary>
    public void Share(ReadOnlySpan<byte> key)
    {
        var common = key.CommonPrefixLength(Name);
        if (common < Name.Length)
        {
            Name = Name[..common];
        }
    }
}
