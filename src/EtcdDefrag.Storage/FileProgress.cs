namespace EtcdDefrag.Storage;

/// <summary>How far the work on a file is.</summary>
/// <param name="Phase">What is being done, for people: <c>rewriting</c>, <c>verifying</c>, <c>checking</c>.</param>
/// <param name="Done">Bytes read so far.</param>
/// <param name="Total">Bytes there are to read, about.</param>
public readonly record struct FileProgress(string Phase, long Done, long Total);
