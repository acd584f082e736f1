#pragma warning disable CA1416 // the tests run on Linux
using System.Diagnostics;
using System.Net.Sockets;
using EtcdDefrag.Output;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-defrag-file-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_takes_the_place_of_the_old_file_and_leaves_nothing_beside_it()
    {
        var path = Write("a.prom", "old");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var file = new AtomicFile(path, ForAll);

        Assert.Null(file.FindProblem());
        Assert.Equal("old", file.Read());
        file.Write("new");

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_new_file_gets_the_permissions_that_are_wanted()
    {
        var path = Path.Combine(_folder, "new.prom");

        new AtomicFile(path, ForAll).Write("new");

        Assert.Equal(ForAll, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Whoever_has_the_old_file_open_goes_on_reading_the_old_text()
    {
        var path = Write("a.json", "old");
        using var reader = File.OpenText(path);

        new AtomicFile(path).Write("new and longer");

        Assert.Equal("old", reader.ReadToEnd());
    }

    [Fact]
    public void A_link_stays_one()
    {
        var real = Write("real.json", "old");
        var link = Path.Combine(_folder, "link.json");
        File.CreateSymbolicLink(link, real);

        new AtomicFile(link).Write("new");

        Assert.Equal(real, new FileInfo(link).LinkTarget);
        Assert.Equal("new", File.ReadAllText(real));
    }

    [Fact]
    public void What_cant_be_written_later_is_found_now()
    {
        Assert.Contains("it is a directory", new AtomicFile(_folder).FindProblem(), StringComparison.Ordinal);
        Assert.Contains("there is no directory", new AtomicFile(Path.Combine(_folder, "missing", "a.json")).FindProblem(), StringComparison.Ordinal);
        Assert.Contains("device", new AtomicFile("/dev/stdout").FindProblem(), StringComparison.Ordinal);
        Assert.Contains("device", new AtomicFile("/dev/null").FindProblem(), StringComparison.Ordinal);
        Assert.Contains("device", new AtomicFile("/proc/self/fd/1").FindProblem(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Neither_pipe_nor_socket_is_replaced_or_waited_for()
    {
        var pipe = new AtomicFile(Special("pipe", file => Process.Start("mkfifo", file).WaitForExit()));
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var socket = new AtomicFile(Special("socket", file => listening.Bind(new UnixDomainSocketEndPoint(file))));
        var link = new AtomicFile(Special("link", file => File.CreateSymbolicLink(file, pipe.Path)));
        var circle = new AtomicFile(Special("circle", file => File.CreateSymbolicLink(file, file)));

        Assert.All([pipe, socket, link], file => Assert.Contains("it is a pipe, a socket", file.FindProblem(), StringComparison.Ordinal));
        Assert.Contains("circular link", circle.FindProblem(), StringComparison.Ordinal);
        Assert.All([pipe, socket, link], file => Assert.Throws<IOException>(file.Read)); // one that came in the meantime
    }

    [Fact]
    public void What_is_too_large_to_be_ours_is_not_read()
    {
        var path = Write("a.prom", "");
        using (var stream = File.OpenWrite(path))
        {
            stream.SetLength(1L << 40);
        }

        Assert.Throws<IOException>(new AtomicFile(path).Read);
    }

    [Fact]
    public void A_new_file_needs_no_old_one()
    {
        var file = new AtomicFile(Path.Combine(_folder, "new.json"));

        Assert.Null(file.FindProblem());
        Assert.Null(file.Read());
        file.Write("text");

        Assert.Equal("text", file.Read());
    }

    [Fact]
    public void Where_it_fails_the_old_file_stays_and_nothing_is_left_beside_it()
    {
        var path = Path.Combine(_folder, "a.json");
        var file = new AtomicFile(path);
        Assert.Null(file.FindProblem());
        Directory.CreateDirectory(path); // somebody was quicker: a file can't be renamed over it

        Assert.ThrowsAny<SystemException>(() => file.Write("new"));

        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder));
    }

    private string Special(string name, Action<string> make)
    {
        var path = Path.Combine(_folder, name);
        make(path);
        return path;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
