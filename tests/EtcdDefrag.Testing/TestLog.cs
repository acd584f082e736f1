namespace EtcdDefrag.Testing;

/// <summary>Where the harness tells what it did, so that a failing test shows it. A test project sets the sink once.</summary>
public static class TestLog
{
    public static Action<string>? Sink { get; set; }

    public static void Write(string text) => Sink?.Invoke(text);
}
