using System.Runtime.CompilerServices;
using EtcdDefrag.Testing;

// Each test runs three servers of its own: two cores carry few of them at a time.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace EtcdDefrag.Integration.Tests;

internal static class Setup
{
    /// <summary>What the harness tells goes to the output of the test that is running.</summary>
    [ModuleInitializer]
    internal static void ShowTheHarnessLog() => TestLog.Sink = text => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
