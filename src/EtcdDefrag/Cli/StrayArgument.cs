using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Cli;

/// <summary>Says what is wrong with an argument that nothing asked for.</summary>
internal static class StrayArgument
{
    public static string Describe(Commands command, Positional argument)
    {
        var (text, behind) = argument;
        if (behind is { IsSecret: true })
        {
            return $"unexpected argument after the value of {behind.Display} (not shown: it may be part of it); put a value with spaces in quotes";
        }

        var message = $"unexpected argument \"{Shown(text)}\"";
        if (behind is { ValueIsOptional: true })
        {
            return $"{message} after {behind.Display}; to give it a value write {behind.Display}=true or {behind.Display}=false";
        }

        if (behind is not null)
        {
            return $"{message} after the value of {behind.Display}; put a value with spaces in quotes";
        }

        if (text.Length == 0)
        {
            return message + "; an unset variable in quotes? Leave it out";
        }

        if (command == Commands.Defrag && CommandNames.Find(text) != Commands.None)
        {
            return $"{message}; a command comes first: {CommandNames.Tool} {text}";
        }

        var nearest = NearestName.Find(text, CommandNames.Names);
        return nearest is not null && command == Commands.Defrag
            ? $"unknown command \"{text}\" for \"{CommandNames.Tool}\"; did you mean {nearest}?"
            : $"{message}; {CommandNames.Call(command)} takes flags only";
    }

    /// <summary>Something like <c>name:text</c> that is no endpoint is probably a login that lost its flag.</summary>
    private static string Shown(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !Endpoint.TryParse(text, out _, out _) ? text[..colon] + ":…" : text;
    }
}
