using System.Diagnostics;
using Xunit;

namespace EtcdDefrag.Cli.Tests;

/// <summary>The scripts in the shells they are for. A missing shell is a failure: install bash, zsh and fish.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-defrag-completion-").FullName;

    public CompletionTests()
    {
        foreach (var shell in CommandNames.Shells)
        {
            File.WriteAllText(Path.Combine(_folder, shell + ".script"), Tool.PrintOf(Tool.Parse("completion", shell)));
        }

        File.WriteAllText(Path.Combine(_folder, "server-ca.crt"), "");
    }

    public static TheoryData<string, string[]> Cases => new()
    {
        { "--compaction-r", ["--compaction-retain-revisions"] },
        { "--write-out ", ["simple", "table", "json"] },
        { "--write-out=", ["simple", "table", "json"] },
        { "-w t", ["table"] },
        { "--skip-check no-", ["no-corrupt-alarm", "no-downgrade", "no-snapshot-running"] },
        { "--cacert server-", ["server-ca.crt"] },
        { "--password-file server-", ["server-ca.crt"] },
        { "check server-", ["server-ca.crt"] },
        { "inspect server-", ["server-ca.crt"] },
        { "inspect --sort ", ["size", "live", "old", "keys", "largest"] },
        { "sta", ["status"] },
        { "completion ", ["bash", "zsh", "fish"] },
        { "help ru", ["rule"] },
        { "status --cl", ["--cluster"] },
        { "rule --db-s", ["--db-size", "--db-size-in-use"] },
        { "--cluster status --wr", ["--write-out"] },
        { "--log-timestamps=a", ["auto"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Bash_offers_what_fits(string line, string[] expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), await Bash(line));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Fish_offers_what_fits(string line, string[] expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), await Fish(line));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Zsh_offers_what_fits(string line, string[] expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), await Zsh(line));

    [Fact]
    public async Task All_three_offer_every_flag_of_the_command()
    {
        foreach (var (word, command) in new[] { ("", Commands.Defrag), ("status ", Commands.Status), ("rule ", Commands.Rule) })
        {
            var flags = Flags.Of(command).Select(flag => "--" + flag.Name).Order(StringComparer.Ordinal).ToList();

            Assert.Equal(flags, await Bash(word + "--"));
            Assert.Equal(flags, (await Fish(word + "--")).Select(offer => offer.TrimEnd('=')).Distinct().Order(StringComparer.Ordinal));
            Assert.Equal(flags, await Zsh(word + "--"));
        }
    }

    [Fact]
    public async Task A_list_goes_on_after_a_comma()
    {
        Assert.Equal(["one-leader,raft-in-sync"], await Bash("--skip-check one-leader,ra"));
        Assert.Equal(["one-leader,raft-in-sync"], await Fish("--skip-check one-leader,ra"));
        Assert.Equal(["raft-in-sync"], await Zsh("--skip-check one-leader,ra"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Asks bash's completion function as readline does, with "=" a word of its own.</summary>
    private async Task<List<string>> Bash(string line)
    {
        const string Script =
            """
            source ./bash.script
            COMP_WORDS=()
            spaced="${1//=/ = }"
            read -r -a COMP_WORDS <<< "etcd-defrag $spaced"
            case "$spaced" in *' '|'') [ "${spaced%= }" = "$spaced" ] && COMP_WORDS+=('') ;; esac
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _etcd_defrag
            [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
            """;
        return await Run("bash", ["--norc", "-c", Script, "bash", line]);
    }

    /// <summary>Fish answers itself what it would offer.</summary>
    private async Task<List<string>> Fish(string line)
    {
        var offers = await Run("fish", ["--no-config", "-c", "source ./fish.script; complete -C \"etcd-defrag $argv[1]\"", "--", line]);
        return [.. offers.Select(offer => offer.Split('\t')[0]).Select(offer => line.Contains('=', StringComparison.Ordinal) ? offer[(offer.IndexOf('=', StringComparison.Ordinal) + 1)..] : offer)];
    }

    /// <summary>Completes on a pseudo terminal; what reaches compadd is what zsh offers.</summary>
    private async Task<List<string>> Zsh(string line)
    {
        const string Script =
            """
            zmodload zsh/zpty
            zpty inner zsh -f -i
            zpty -w inner 'PS1=; unsetopt zle_bracketed_paste 2>/dev/null; unset zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source ./zsh.script'
            zpty -w inner 'compadd() { local -a __offers; builtin compadd -O __offers "$@"; print -rl -- "${__offers[@]}" >> ./offers; builtin compadd "$@"; }'
            zpty -w inner 'finish() { print done > ./finished; BUFFER= }; zle -N finish; bindkey "^X" finish; bindkey "^I" complete-word; print ready > ./ready'
            until [[ -s ./ready ]]; do zpty -r -t inner out; sleep 0.02; done
            zpty -n -w inner "etcd-defrag $1"$'\t\x18'
            until [[ -s ./finished ]]; do zpty -r -t inner out; sleep 0.02; done
            cat ./offers
            zpty -d inner
            """;
        File.Delete(Path.Combine(_folder, "offers"));
        File.Delete(Path.Combine(_folder, "ready"));
        File.Delete(Path.Combine(_folder, "finished"));
        var offers = await Run("zsh", ["-f", "-c", Script, "zsh", line]);
        return [.. offers.Distinct()];
    }

    private async Task<List<string>> Run(string shell, string[] args)
    {
        var start = new ProcessStartInfo(shell, args)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["HOME"] = _folder;
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal("", await error);
            return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
