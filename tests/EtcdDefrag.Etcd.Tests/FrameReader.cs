using EtcdDefrag.Etcd.Grpc;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdDefrag.Etcd.Tests;

public sealed class FrameReader
{
    private const int Limit = 1000;

    [Fact]
    public void Any_bytes_in_any_pieces_give_a_message_or_the_documented_error()
    {
        Prop.ForAll<byte[], int>((bytes, piece) =>
        {
            using var body = new Pieces(bytes, 1 + Math.Abs(piece % 7));
            try
            {
                var message = GrpcFrame.ReadAsync(body, Limit, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                return message is null ? bytes.Length == 0 : message.Value.Length == bytes.Length - 5 && message.Value.Span.SequenceEqual(bytes.AsSpan(5));
            }
            catch (GrpcFrameException)
            {
                return bytes.Length > 0;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Whole_message_within_the_limit_comes_back_as_it_was_and_a_longer_one_is_refused()
    {
        Prop.ForAll<byte[], int>((bytes, limit) =>
        {
            limit = Math.Abs(limit % 64);
            using var body = new Pieces(Faults.Peer.Frame(bytes), 3);
            try
            {
                var message = GrpcFrame.ReadAsync(body, limit, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                return bytes.Length <= limit && message!.Value.Span.SequenceEqual(bytes);
            }
            catch (GrpcFrameException)
            {
                return bytes.Length > limit;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public async Task Announced_length_alone_allocates_next_to_nothing()
    {
        using var body = new Pieces(Faults.Peer.Frame([1, 2, 3], announced: 1 << 30), 8);
        var before = GC.GetAllocatedBytesForCurrentThread();

        await Assert.ThrowsAsync<GrpcFrameException>(() => GrpcFrame.ReadAsync(body, int.MaxValue, TestContext.Current.CancellationToken).AsTask());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Fact]
    public async Task Message_that_outgrows_the_first_buffer_is_read_whole()
    {
        var bytes = new byte[50_000];
        new System.Random(7).NextBytes(bytes);
        using var body = new Pieces(Faults.Peer.Frame(bytes), 777);

        var message = await GrpcFrame.ReadAsync(body, 50_000, TestContext.Current.CancellationToken);

        Assert.Equal(bytes, message!.Value.ToArray());
    }

    /// <summary>A stream that gives a few bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
