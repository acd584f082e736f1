namespace EtcdDefrag.Core.Offline;

/// <summary>How far a pass over the file is.</summary>
/// <param name="PagesRead">Pages that were read so far.</param>
/// <param name="PagesInUse">How many there are to read; an upper bound where it is not known: the high water mark.</param>
/// <param name="BytesWritten">Bytes of the new file so far; 0 for a check.</param>
public readonly record struct ReadProgress(long PagesRead, long PagesInUse, long BytesWritten);
