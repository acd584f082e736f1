using System.Runtime.CompilerServices;
using EtcdDefrag.Testing;

// Most tests run three servers of their own and wait for them: two cores carry four at a time.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace EtcdDefrag.Integration.Tests;

internal static class Setup
{
    /// <summary>What the harness tells goes to the output of the test that is running.</summary>
    [ModuleInitializer]
    internal static void ShowTheHarnessLog() => TestLog.Sink = text => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
