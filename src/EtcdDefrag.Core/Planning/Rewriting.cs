using EtcdDefrag.Core.Cluster;

namespace EtcdDefrag.Core.Planning;

/// <summary>Whether a member's sizes confirm that its file was rewritten.</summary>
public static class Rewriting
{
    /// <summary>
    /// A file with much to give has shrunk; or it has grown again by what was written meanwhile (writes pile up while the member
    /// is blocked, and are applied at once), and then little of it is free, which only a rewritten file can say.
    /// </summary>
    public static bool IsConfirmed(MemberStatus before, MemberStatus after) =>
        after.DbSize < before.DbSize || !HasMuchToGive(before) || !HasMuchToGive(after);

    // Chosen: more than pages that are filled differently and a moment's writes can take up again.
    private static bool HasMuchToGive(MemberStatus status) =>
        status.DbSizeFree.Bytes >= (status.DbSizeInUse.Bytes / 8) + (1024 * 1024);
}
