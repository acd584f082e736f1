namespace EtcdDefrag.Core.Cluster;

/// <summary>What a member's metrics page says of its quota and of the work on its database file. A local answer, also
/// while the file is locked.</summary>
public sealed record MemberMetrics
{
    /// <summary>The member that serves the page; null: the page does not tell.</summary>
    /// <remarks>Source: <c>etcd_server_id</c>.</remarks>
    public MemberId? MemberId { get; init; }

    /// <summary>The quota in bytes (0 or less: none); null: the page does not tell.</summary>
    /// <remarks>Source: <c>etcd_server_quota_backend_bytes</c>.</remarks>
    public ByteSize? Quota { get; init; }

    /// <summary>How many clients read a snapshot of the member now, 0 or more; null: the page does not tell.</summary>
    /// <remarks>Source: <c>grpc_server_started_total</c> less <c>grpc_server_handled_total</c> of
    /// <c>Maintenance/Snapshot</c>.</remarks>
    public int? Snapshots { get; init; }

    /// <summary>How many snapshots pass between this member and its peers now, for one that is behind or new.</summary>
    /// <remarks>Source: <c>etcd_network_snapshot_send_inflights_total</c> and
    /// <c>…_receive_inflights_total</c>, since etcd 3.5.</remarks>
    public int RaftSnapshots { get; init; }

    /// <summary>Whether a defragmentation runs, or waits for a snapshot to end; null: the page does not tell.</summary>
    /// <remarks>Source: <c>etcd_disk_defrag_inflight</c>.</remarks>
    public bool? Defragmenting { get; init; }

    /// <summary>Whether anybody reads a snapshot: a defragmentation would wait for the end of it with the
    /// member's file locked.</summary>
    public bool IsSnapshotOpen => Snapshots > 0 || RaftSnapshots > 0;
}
