using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Etcd;
using EtcdDefrag.Storage;

namespace EtcdDefrag;

/// <summary>Takes a snapshot of one running member.</summary>
internal static class SnapshotDownload
{
    /// <summary>Takes it, and checks its hash.</summary>
    /// <returns>The snapshot, which is kept already where that was asked for.</returns>
    /// <exception cref="ClusterException">The member did not answer, or not to the end.</exception>
    /// <exception cref="StorageException">It can't be stored.</exception>
    public static async Task<ReceivedSnapshot> RunAsync(
        Settings settings, IFileCalls calls, Terminal terminal, Action<FileProgress>? progress, TimeProvider time,
            CancellationToken stop)
    {
        var endpoint = settings.Endpoints[0];
        var keep = settings.Inspect!.SnapshotFile;
        foreach (var left in keep is null ? [] : ReceivedSnapshot.Leftovers(keep))
        {
            terminal.Error.WriteLine($"Warning: {left} was left by a run that was killed; delete it");
        }

#pragma warning disable CA2000 // left to the end of the process: it closes the connections just the same
        var client = EtcdClusterClient.Create(settings.Connection, time, settings.Output.Debug
            ? new CallLog(terminal.Error, time).Write : null);
        var snapshot = ReceivedSnapshot.Create(calls, keep, Path.GetTempPath());
#pragma warning restore CA2000
        try
        {
            var status = await client.GetStatusAsync(endpoint, settings.Defrag.CommandTimeout, stop);
            if (snapshot.Room < status.DbSize.Bytes)
            {
                throw new StorageException(
                    StorageFault.NoRoom,
                    $"there is no room for a snapshot of {endpoint}: it takes {status.DbSize.ToHuman()}, and {new ByteSize(snapshot.Room).ToHuman()} are free in "
                    + $"{(keep is null ? Path.GetTempPath() : Path.GetDirectoryName(Path.GetFullPath(keep)))}; name another place with --snapshot-file, or another folder with TMPDIR");
            }

            await foreach (var piece in client.SnapshotAsync(endpoint, settings.Defrag.CommandTimeout, stop))
            {
                snapshot.Append(piece.Bytes.Span);
                progress?.Invoke(new FileProgress("downloading", snapshot.Size, Math.Max(snapshot.Size, status.DbSize.Bytes)));
            }

            if (!snapshot.IsIntact(stop))
            {
                throw new StorageException(StorageFault.Failed,
                    $"the snapshot of {endpoint} arrived damaged: its SHA-256 is wrong; try again");
            }

            snapshot.Keep();
            return snapshot;
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }
}
