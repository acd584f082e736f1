namespace EtcdDefrag.Storage;

/// <summary>A new file beside the one whose place it is to take, locked as etcd would lock it. Gone when this is disposed of
/// before it was renamed.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly IFileCalls _calls;
    private bool _isNamed = true;

    private TemporaryFile(IFileCalls calls, string path, int descriptor) =>
        (_calls, Path, Descriptor) = (calls, path, descriptor);

    public string Path { get; }

    public int Descriptor { get; }

    /// <summary>Creates one.</summary>
    /// <param name="calls">The system.</param>
    /// <param name="besides">The file that it is for. etcd removes what is called <c>db.tmp*</c> at its start, once it has the
    /// lock: so a leftover costs disk only until then.</param>
    public static TemporaryFile Create(IFileCalls calls, string besides)
    {
        var path = $"{besides}.tmp.{Guid.NewGuid():N}";
        var file = new TemporaryFile(calls, path, calls.Create(path));
        try
        {
            // From the rename on, whoever opens the path waits for us.
            return calls.TryLock(file.Descriptor, exclusive: true) ? file
                : throw new FileCallException("flock", Errno.TryAgain, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Gives the file its final name.</summary>
    public void RenameTo(string path, bool replace)
    {
        _calls.Rename(Path, path, replace);
        _isNamed = false;
    }

    /// <summary>Takes its name away: it is gone with its descriptor, also when the process is killed.</summary>
    public void RemoveName()
    {
        _calls.Remove(Path);
        _isNamed = false;
    }

    public void Dispose()
    {
        try
        {
            if (_isNamed)
            {
                _calls.Remove(Path);
            }
        }
        catch (FileCallException)
        {
            // It stays as a leftover; what led here is what the user has to know.
        }
        finally
        {
            _calls.Close(Descriptor);
        }
    }
}
