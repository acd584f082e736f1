using System.Text;

namespace EtcdDefrag.Cli;

/// <summary>Completion scripts, written from the list of flags. They run without the tool, so a key
/// press costs no process.</summary>
internal static class Completion
{
    private static readonly Commands[] Targets = [Commands.Defrag, Commands.Check, Commands.Fleet, Commands.Inspect,
        Commands.Status, Commands.Rule, Commands.Completion, Commands.Help];

    public static string Build(string shell) => shell switch
    {
        "bash" => Bash(),
        "zsh" => Zsh(),
        _ => Fish(),
    };

    private static string Word(Commands command) =>
        command == Commands.Defrag ? "" : CommandNames.Call(command)[(CommandNames.Tool.Length + 1)..];

    private static string Bash()
    {
        var text = new StringBuilder(
            """
            # bash completion for etcd-defrag; load it with: source <(etcd-defrag completion bash)
            _etcd_defrag() {
                local cur="${COMP_WORDS[COMP_CWORD]}" prev="" command="" flags="" words="" head="" i
                [ "$COMP_CWORD" -gt 0 ] && prev="${COMP_WORDS[COMP_CWORD-1]}"
                # "=" is a word of its own for bash: --flag = value
                if [ "$cur" = "=" ]; then
                    cur=""
                elif [ "$prev" = "=" ] && [ "$COMP_CWORD" -gt 1 ]; then
                    prev="${COMP_WORDS[COMP_CWORD-2]}"
                fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "${COMP_WORDS[i]}" in

            """);
        text.Append("            ").AppendJoin('|', CommandNames.Names).Append(") command=\"${COMP_WORDS[i]}\"; break ;;\n");
        text.Append(
            """
                    esac
                done
                COMPREPLY=()
                case "$prev" in

            """);
        foreach (var flag in Flags.Of(Commands.All))
        {
            if (flag.ValueIsOptional && flag.Allowed.Count == 0)
            {
                continue;
            }

            text.Append("        --").Append(flag.Name).Append(flag.Shorthand is { } shorthand ? $"|-{shorthand}"
                : "").Append(") ");
            if (flag.IsFile)
            {
                text.Append("compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n");
            }
            else if (flag.ValueIsOptional)
            {
                text.Append("[ \"${COMP_WORDS[COMP_CWORD-1]}\" = \"=\" ] || [ \"${COMP_WORDS[COMP_CWORD]}\" = \"=\" ] && words=\"").AppendJoin(' ', flag.Allowed).Append("\" ;;\n");
            }
            else if (flag.Allowed.Count > 0)
            {
                text.Append("words=\"").AppendJoin(' ', flag.Allowed).Append("\" ;;\n");
            }
            else
            {
                text.Append("return ;;\n");
            }
        }

        text.Append(
            """
                esac
                if [ -n "$words" ]; then
                    case "$cur" in *,*) head="${cur%,*},"; cur="${cur##*,}" ;; esac
                    COMPREPLY=($(compgen -P "$head" -W "$words" -- "$cur"))
                    return
                fi
                case "$command" in

            """);
        foreach (var target in Targets)
        {
            text.Append("        \"").Append(Word(target)).Append("\") flags=\"").AppendJoin(' ',
                Flags.Of(target).ConvertAll(flag => "--" + flag.Name)).Append("\" ;;\n");
        }

        text.Append(
            $$"""
                esac
                case "$cur" in
                    -*) words="$flags" ;;
                    *)
                        case "$command" in
                            "") words="{{string.Join(' ', CommandNames.Names)}}" ;;
                            completion) words="{{string.Join(' ', CommandNames.Shells)}}" ;;
                            help) words="{{string.Join(' ', CommandNames.Names)}}" ;;
                            check|fleet|inspect)
                                compopt -o filenames 2>/dev/null
                                local IFS=$'\n'
                                COMPREPLY=($(compgen -f -- "$cur"))
                                return ;;
                        esac ;;
                esac
                COMPREPLY=($(compgen -W "$words" -- "$cur"))
            }
            complete -F _etcd_defrag etcd-defrag

            """);
        return text.ToString();
    }

    private static string Zsh()
    {
        var text = new StringBuilder(
            """
            #compdef etcd-defrag
            # zsh completion for etcd-defrag; load it with: source <(etcd-defrag completion zsh)
            _etcd_defrag() {
                local command="" word
                local -a flags
                for word in "${(@)words[2,CURRENT-1]}"; do
                    case "$word" in

            """);
        text.Append("            ").AppendJoin('|',
            CommandNames.Names).Append(") command=\"$word\"; break ;;\n        esac\n    done\n    case \"$command\" in\n");
        foreach (var target in Targets)
        {
            text.Append("        \"").Append(Word(target)).Append("\") flags=(\n");
            foreach (var flag in Flags.Of(target))
            {
                AppendZshFlag(text, flag);
            }

            text.Append("        ) ;;\n");
        }

        text.Append("    esac\n    case \"$command\" in\n        \"\") flags+=('1:command:((");
        foreach (var entry in CommandNames.All)
        {
            text.Append(entry.Name).Append("\\:\"").Append(ZshText(entry.Summary)).Append("\" ");
        }

        text.Append(
            $$"""
            ))') ;;
                    check) flags+=('1:command:(check)' '2:path:_files') ;;
                    completion) flags+=('1:command:(completion)' '2:shell:({{string.Join(' ', CommandNames.Shells)}})') ;;
                    fleet) flags+=('1:command:(fleet)' '2:inventory:_files') ;;
                    help) flags+=('1:command:(help)' '2:command:({{string.Join(' ', CommandNames.Names)}})') ;;
                    inspect) flags+=('1:command:(inspect)' '2:path:_files') ;;
                    rule) flags+=('1:command:(rule)' '2:rule: ') ;;
                    status) flags+=('1:command:(status)') ;;
                esac
                _arguments -S : "${flags[@]}"
            }
            if [ "$funcstack[1]" = "_etcd_defrag" ]; then
                _etcd_defrag "$@"
            else
                compdef _etcd_defrag etcd-defrag
            fi

            """);
        return text.ToString();
    }

    private static void AppendZshFlag(StringBuilder text, Flag flag)
    {
        var action = flag switch
        {
            { Kind: FlagKind.List, Allowed.Count: > 0 } =>
                $":{flag.Name}:_values -s , {flag.Name} {string.Join(' ', flag.Allowed)}",
            { Allowed.Count: > 0 } => $":{flag.Name}:({string.Join(' ', flag.Allowed)})",
            { Kind: FlagKind.Bool } => "",
            { IsFile: true } => $":{flag.Name}:_files",
            _ => $":{flag.Name}: ",
        };
        var help = ZshText(flag.Help);
        var repeat = flag.Kind == FlagKind.List ? "*" : "";
        var joint = flag.Kind == FlagKind.Bool ? "" : flag.ValueIsOptional ? "=-" : "=";
        action = flag.ValueIsOptional && action.Length > 0 ? ":" + action : action;
        if (flag.Shorthand is { } shorthand)
        {
            var both = $"(-{shorthand} --{flag.Name})";
            text.Append($"            '{both}-{shorthand}{(joint.Length > 0 ? "+" : "")}[{help}]{action}'\n");
            text.Append($"            '{both}--{flag.Name}{joint}[{help}]{action}'\n");
        }
        else
        {
            text.Append($"            '{repeat}--{flag.Name}{joint}[{help}]{action}'\n");
        }
    }

    /// <summary>Safe inside single quotes and inside the brackets of an <c>_arguments</c> spec.</summary>
    private static string ZshText(string text) =>
        text.Replace("'", "'\\''", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]",
            StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);

    private static string Fish()
    {
        var text = new StringBuilder("# fish completion for etcd-defrag; load it with: etcd-defrag completion fish | source\ncomplete -c etcd-defrag -f\n");
        var names = string.Join(' ', CommandNames.Names);
        foreach (var entry in CommandNames.All)
        {
            text.Append($"complete -c etcd-defrag -n 'not __fish_seen_subcommand_from {names}' -a {entry.Name} -d '{FishText(entry.Summary)}'\n");
        }

        text.Append($"complete -c etcd-defrag -n '__fish_seen_subcommand_from completion' -a '{string.Join(' ', CommandNames.Shells)}'\n");
        text.Append("complete -c etcd-defrag -n '__fish_seen_subcommand_from check fleet inspect' -F\n");
        text.Append($"complete -c etcd-defrag -n '__fish_seen_subcommand_from help' -a '{names}'\n");
        foreach (var flag in Flags.Of(Commands.All))
        {
            text.Append("complete -c etcd-defrag");
            if (FishCondition(flag, names) is { Length: > 0 } condition)
            {
                text.Append($" -n '{condition}'");
            }

            text.Append(flag.Shorthand is { } shorthand ? $" -s {shorthand}" : "").Append($" -l {flag.Name}");
            text.Append(flag switch
            {
                { ValueIsOptional: true, Allowed.Count: > 0 } => $" -a '{string.Join(' ', flag.Allowed)}'",
                { ValueIsOptional: true } => "",
                { Kind: FlagKind.List, Allowed.Count: > 0 } => $" -x -a '(__fish_append , {string.Join(' ', flag.Allowed)})'",
                { Allowed.Count: > 0 } => $" -x -a '{string.Join(' ', flag.Allowed)}'",
                { IsFile: true } => " -r -F",
                _ => " -x",
            });
            text.Append($" -d '{FishText(flag.Help)}'\n");
        }

        return text.ToString();
    }

    private static string FishCondition(Flag flag, string names)
    {
        if (flag.Commands == Commands.All)
        {
            return "";
        }

        var others = new List<string>();
        var own = new List<string>();
        foreach (var entry in CommandNames.All)
        {
            ((flag.Commands & entry.Command) != 0 ? own : others).Add(entry.Name);
        }

        return (flag.Commands & Commands.Defrag) != 0
            ? "not __fish_seen_subcommand_from " + (own.Count == 0 ? names : string.Join(' ', others))
            : "__fish_seen_subcommand_from " + string.Join(' ', own);
    }

    private static string FishText(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
}
