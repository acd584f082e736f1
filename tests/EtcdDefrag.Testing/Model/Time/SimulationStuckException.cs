namespace EtcdDefrag.Testing.Model.Time;

/// <summary>The code under simulation will never end: it waits for nothing, or it goes round and round.</summary>
public sealed class SimulationStuckException(string message) : Exception(message);
