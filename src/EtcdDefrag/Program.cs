#pragma warning disable RS0030 // the edge: here the real clock, the environment and the way out are named
using System.Collections;
using System.Runtime.InteropServices;
using EtcdDefrag;
using EtcdDefrag.Cli;

var environment = Environment.GetEnvironmentVariables()
    .Cast<DictionaryEntry>()
    .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
if (!environment.ContainsKey("HOME"))
{
    // .NET looks there for certificates of the user's, and with neither it nor an entry in /etc/passwd (a container,
    // env -i) each TLS handshake fails.
    Environment.SetEnvironmentVariable("HOME", "/");
}

var terminal = Terminal.System(environment);
using var stop = new StopSignal(terminal.Error, code =>
{
    terminal.Live?.Close();
    Environment.Exit((int)code);
});
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, stop.OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, stop.OnSignal);
// a lost session must not cut a run off without a word
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, stop.OnSignal);
return (int)await App.RunAsync(args, environment, terminal, TimeProvider.System, stop);
