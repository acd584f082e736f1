namespace EtcdDefrag.Testing;

/// <summary>A text is not the approved one.</summary>
public sealed class SnapshotException(string message) : Exception(message);
