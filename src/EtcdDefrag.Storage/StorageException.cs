namespace EtcdDefrag.Storage;

/// <summary>Why a file could not be worked on. Unless it says otherwise, the file is as it was.</summary>
public enum StorageFault
{
    /// <summary>The path is not what the command takes.</summary>
    Usage,

    /// <summary>Somebody else uses the file.</summary>
    InUse,

    /// <summary>There is not enough room for the new file.</summary>
    NoRoom,

    /// <summary>A right is missing, or the disk failed.</summary>
    Failed,

    /// <summary>The new file is in place and whole, but whether its name survives a power cut is not known.</summary>
    NotFlushed,
}

/// <summary>A file could not be worked on.</summary>
/// <param name="fault">Why.</param>
/// <param name="message">What happened and what to do, for the user.</param>
/// <param name="inner">What the system said.</param>
public sealed class StorageException(StorageFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public StorageFault Fault => fault;
}
