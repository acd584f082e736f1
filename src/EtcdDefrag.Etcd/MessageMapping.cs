using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;
using EtcdDefrag.Etcd.Protos;
using CoreMember = EtcdDefrag.Core.Cluster.Member;

namespace EtcdDefrag.Etcd;

/// <summary>
/// Protobuf to Core types; the only file that sees both, beside the client itself. Texts are made fit for a
/// terminal here, and nowhere after.
/// </summary>
internal static class MessageMapping
{
    public static MemberStatus ToStatus(this StatusResponse answer) => new()
    {
        ClusterId = new ClusterId(answer.Header.ClusterId),
        MemberId = new MemberId(answer.Header.MemberId),
        Version = Printable.Of(answer.Version),
        DbSize = new ByteSize(answer.DbSize),
        DbSizeInUse = new ByteSize(answer.DbSizeInUse),
        // 3.6 never says 0: it reports its default instead
        DbSizeQuota = answer.DbSizeQuota == 0 ? null : new ByteSize(answer.DbSizeQuota),
        Leader = new MemberId(answer.Leader),
        Revision = answer.Header.Revision,
        RaftTerm = answer.RaftTerm,
        RaftIndex = answer.RaftIndex,
        RaftAppliedIndex = answer.RaftAppliedIndex,
        Errors = [.. answer.Errors.Select(Printable.Of)],
        IsLearner = answer.IsLearner,
        DowngradeTarget = answer.DowngradeInfo is { Enabled: true } downgrade ? Printable.Of(downgrade.TargetVersion) : null,
    };

    public static MemberList ToMembers(this MemberListResponse answer) => new(
        new ClusterId(answer.Header.ClusterId),
        new MemberId(answer.Header.MemberId),
        [.. answer.Members.Select(member => new CoreMember(
            new MemberId(member.ID), Printable.Of(member.Name), [.. member.ClientURLs.Select(Printable.Of)], member.IsLearner))]);

    public static IReadOnlyList<Alarm> ToAlarms(this AlarmResponse answer) =>
        [.. answer.Alarms.Select(alarm => new Alarm(new MemberId(alarm.MemberID), ToKind(alarm.Alarm)))];

    public static AlarmType ToAlarmType(this AlarmKind kind) => kind switch
    {
        AlarmKind.NoSpace => AlarmType.Nospace,
        AlarmKind.Corrupt => AlarmType.Corrupt,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "an alarm of unknown kind can't be cleared"),
    };

    private static AlarmKind ToKind(AlarmType type) => type switch
    {
        AlarmType.Nospace => AlarmKind.NoSpace,
        AlarmType.Corrupt => AlarmKind.Corrupt,
        _ => AlarmKind.Unknown,
    };
}
