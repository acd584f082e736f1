using System.Collections.Concurrent;
using System.Diagnostics;

namespace EtcdDefrag.Testing.Processes;

/// <summary>Starts child processes that die with the test run, however that ends.</summary>
/// <remarks>
/// <c>setpriv --pdeathsig</c> (util-linux) asks the kernel to kill the child when its parent dies. The kernel means the parent's
/// <em>thread</em>: so all children are started by one thread that lives as long as this process, never by one of the pool's.
/// <c>setsid</c> gives each a session of its own: the terminal that the tests are started from is not theirs.
/// </remarks>
internal static class Launcher
{
    private static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Requests = [];

    static Launcher() => new Thread(Run) { IsBackground = true, Name = "launcher" }.Start();

    /// <summary>Starts the program with exactly this environment, plus PATH. Its process id is the program's own.</summary>
    public static Task<Process> StartAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, bool redirect)
    {
        var start = new ProcessStartInfo("/usr/bin/setpriv")
        {
            RedirectStandardInput = redirect,
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
        };
        foreach (var argument in (string[])["--pdeathsig", "KILL", "--", "setsid", program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add((start, started));
        return started.Task;
    }

    private static void Run()
    {
        foreach (var (start, started) in Requests.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start"));
            }
            catch (Exception problem)
            {
                started.SetException(problem);
            }
        }
    }
}
