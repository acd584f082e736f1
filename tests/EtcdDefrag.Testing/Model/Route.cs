namespace EtcdDefrag.Testing.Model;

/// <summary>Where a URL leads: to one member, or through a load balancer to one of several.</summary>
public sealed class Route(IReadOnlyList<ModelMember> members)
{
    /// <summary>The members it should lead to.</summary>
    public IReadOnlyList<ModelMember> Members { get; } = members;

    public bool IsLoadBalancer => Members.Count > 1;

    /// <summary>Somebody re-pointed it: it leads here now.</summary>
    public ModelMember? Diverted { get; set; }

    /// <summary>When it was re-pointed or pointed back.</summary>
    public long ChangedAt { get; set; } = -1;
}
