namespace EtcdDefrag.Testing.Processes;

/// <summary>Signals by their Linux numbers.</summary>
public enum Signal
{
    None = 0,
    HangUp = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
