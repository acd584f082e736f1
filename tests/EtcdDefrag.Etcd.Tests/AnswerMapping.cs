using EtcdDefrag.Etcd.Protos;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;

namespace EtcdDefrag.Etcd.Tests;

/// <summary>Answers of a server that may be anything.</summary>
public sealed class AnswerMapping
{
    [Fact]
    public void No_bytes_make_the_mapping_of_an_answer_throw_anything_but_that_they_are_no_message() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(Answers().ToArbitrary(), bytes =>
        {
            try
            {
                var status = StatusResponse.Parser.ParseFrom(bytes);
                var members = MemberListResponse.Parser.ParseFrom(bytes);
                var alarms = AlarmResponse.Parser.ParseFrom(bytes);
                _ = alarms.ToAlarms();
                _ = status.Header is null || status.ToStatus().DbSize.Bytes == status.DbSize;
                _ = members.Header is null || members.ToMembers().Members.Count == members.Members.Count;
            }
            catch (InvalidProtocolBufferException)
            {
                // no message: the caller says so
            }

            return true;
        }));

    // Random bytes are seldom a message: real ones with a few bytes changed get further.
    private static Gen<byte[]> Answers()
    {
        var real = new StatusResponse
        {
            Header = new ResponseHeader { ClusterId = 1, MemberId = ulong.MaxValue, Revision = 7, RaftTerm = 2 },
            Version = "3.5.30",
            DbSize = 1 << 20,
            Leader = 9,
            RaftIndex = 90,
            DbSizeInUse = -1,
            Errors = { "etcdserver: no leader" },
        }.ToByteArray();
        var mutated = Gen.ListOf(Gen.Choose(0, (real.Length * 256) - 1)).Select(changes =>
        {
            var copy = (byte[])real.Clone();
            foreach (var change in changes.Take(4))
            {
                copy[change / 256] = (byte)change;
            }

            return copy;
        });
        return Gen.OneOf(mutated, ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => bytes ?? []));
    }
}
