using System.Collections.Concurrent;
using EtcdDefrag.Core.Bolt;

namespace EtcdDefrag.Storage;

/// <summary>A file that is written from front to back by a thread of its own, so that reading and writing overlap. A few buffers,
/// whatever the file's size.</summary>
/// <remarks>Used by one thread. <see cref="Complete"/> when all is appended, <see cref="Dispose"/> in any case.</remarks>
public sealed class FileSink : IPageSink, IDisposable
{
    private readonly IFileCalls _calls;
    private readonly int _descriptor;

    // One block is filled, one written, one in between.
    private readonly BlockingCollection<(byte[] Block, int Length)> _full = [];
    private readonly BlockingCollection<byte[]> _free = [Transfer.NewBlock(), Transfer.NewBlock()];
    private readonly Thread _writer;
    private byte[] _current = Transfer.NewBlock();
    private int _filled;
    private volatile bool _abandoned;
    private volatile Exception? _problem;

    /// <summary>Begins a file.</summary>
    /// <param name="calls">The system.</param>
    /// <param name="descriptor">The file, empty; stays the caller's.</param>
    public FileSink(IFileCalls calls, int descriptor)
    {
        (_calls, _descriptor) = (calls, descriptor);
        _writer = new Thread(WriteBlocks) { IsBackground = true, Name = "file writer" };
        _writer.Start();
    }

    /// <summary>How many bytes were appended.</summary>
    public long Length { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="FileCallException">An earlier write failed.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = Math.Min(bytes.Length, Transfer.BlockSize - _filled);
            bytes[..part].CopyTo(_current.AsSpan(_filled));
            bytes = bytes[part..];
            _filled += part;
            Length += part;
            if (_filled == Transfer.BlockSize)
            {
                _full.Add((_current, _filled));
                (_current, _filled) = (_free.Take(), 0);
                ThrowIfFailed();
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="FileCallException">This or an earlier write failed.</exception>
    public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes.Length, Length);
        Complete();
        Transfer.Write(_calls, _descriptor, offset, bytes);
    }

    /// <summary>Waits until all that was appended is written. Nothing can be appended afterwards.</summary>
    /// <exception cref="FileCallException">A write failed.</exception>
    public void Complete()
    {
        if (!_full.IsAddingCompleted)
        {
            _full.Add((_current, _filled));
            _full.CompleteAdding();
        }

        _writer.Join();
        ThrowIfFailed();
    }

    /// <summary>Ends the writing, also in the middle: nothing is written any more when this returns.</summary>
    public void Dispose()
    {
        _abandoned = true;
        _full.CompleteAdding();
        _writer.Join();
        _full.Dispose();
        _free.Dispose();
    }

    private void ThrowIfFailed()
    {
        if (_problem is { } problem)
        {
            throw problem is FileCallException e ? new FileCallException("write", e.Errno)
                : new IOException(problem.Message, problem);
        }
    }

    /// <summary>Takes blocks until no more come, also after a failure: whoever appends must never wait for ever.</summary>
    private void WriteBlocks()
    {
        long offset = 0;
        foreach (var (block, length) in _full.GetConsumingEnumerable())
        {
            try
            {
                if (!_abandoned && _problem is null)
                {
                    Transfer.Write(_calls, _descriptor, offset, block.AsSpan(0, length));
                    _calls.BeginFlush(_descriptor, offset, length); // or the flush at the end has it all to do
                    offset += length;
                }
            }
#pragma warning disable CA1031 // whatever it is, it belongs to whoever appends: this thread must not end the process
            catch (Exception e)
#pragma warning restore CA1031
            {
                _problem = e;
            }

            _free.Add(block);
        }
    }
}
