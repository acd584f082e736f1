using EtcdDefrag.Cli;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Rules;
using EtcdDefrag.Core.Text;

namespace EtcdDefrag.Fleet;

/// <summary>Makes the settings of a cluster's run: command line over the cluster's own keys over the defaults over the environment.</summary>
internal sealed class ClusterBinder(Inventory inventory, FleetSettings fleet)
{
    private static readonly EnvironmentValues NoEnvironment = new(new Dictionary<string, string>());

    private readonly Dictionary<string, DefragRule?> _rules = new(StringComparer.Ordinal);
    private readonly EntryShapes _sound = new();

    /// <summary>Looks at every entry for what is wrong with it. Reads no files of theirs.</summary>
    /// <param name="problems">What is wrong, each once.</param>
    /// <param name="warnings">What should be known, each once.</param>
    public void Check(List<string> problems, List<string> warnings)
    {
        var told = new HashSet<string>(problems, StringComparer.Ordinal);
        var names = new Dictionary<string, InventoryEntry>(inventory.Entries.Count, StringComparer.Ordinal);
        var addresses = new Dictionary<string, InventoryEntry>(StringComparer.OrdinalIgnoreCase);
        var found = new List<string>();
        var noted = new List<string>();
        foreach (var entry in inventory.Entries)
        {
            found.Clear();
            noted.Clear();
            var endpoints = EndpointsIfSound(entry);
            var settings = endpoints is null ? Bind(entry, found, noted, () => Login.None) : null;
            if (entry.Name.Length == 0 && !entry.IsBroken)
            {
                found.Add("it has no name; write name: and a name that is unique in the inventory");
            }
            else if (entry.Name.Length > 0 && !names.TryAdd(entry.Name, entry))
            {
                found.Add($"there is a cluster of this name at {names[entry.Name].Place}; names must be unique");
            }

            foreach (var endpoint in endpoints ?? (settings!.EndpointsGiven ? settings.Endpoints : []))
            {
                var address = $"{endpoint.Host}:{endpoint.Port}";
                if (!addresses.TryAdd(address, entry) && addresses[address] != entry)
                {
                    found.Add($"its endpoint {endpoint} is also that of {addresses[address].Name} at {addresses[address].Place}; one etcd is one cluster: give one of the entries only");
                }
            }

            if (settings is not null && !entry.IsBroken && !inventory.Defaults.IsBroken)
            {
                RequireKeys(entry, settings, found, noted);
                if (found.Count == 0 && noted.Count == 0)
                {
                    _sound.Add(entry);
                }
            }

            Add(found, problems);
            Add(noted, warnings);

            void Add(List<string> from, List<string> to)
            {
                foreach (var text in from.Select(text => text.StartsWith(entry.Place.File + ":", StringComparison.Ordinal) ? text : $"{entry.Place}: {Called(entry)}: {text}").Where(told.Add))
                {
                    to.Add(text);
                }
            }
        }
    }

    /// <summary>The settings of a cluster's run.</summary>
    /// <param name="entry">The cluster.</param>
    /// <param name="problems">Why it can't run, e.g. a password file that is not there; empty: it can.</param>
    public Settings Bind(InventoryEntry entry, List<string> problems) => Bind(entry, problems, [], login: null);

    /// <summary>The rule of a cluster; null: it has none.</summary>
    public DefragRule? RuleOf(Settings settings)
    {
        if (settings.Rule is not { } text)
        {
            return null;
        }

        lock (_rules)
        {
            if (!_rules.TryGetValue(text.Text, out var rule))
            {
                rule = DefragRule.TryParse(text.Text, out var parsed, out _) && parsed.Validate() is null ? parsed : null;
                _rules.Add(text.Text, rule);
            }

            return rule;
        }
    }

    private Settings Bind(InventoryEntry entry, List<string> problems, List<string> warnings, Func<Login>? login)
    {
        var given = new List<GivenFlag>(fleet.FromCommandLine);
        Add(entry.Given.Select(Placed));
        Add(inventory.Defaults.Given.Select(Placed));
        Add(fleet.FromEnvironment);
        var values = new FlagValues(given, NoEnvironment, problems);
        if (login is not null && values.Text(Flags.User) is not null && !values.IsGiven(Flags.PasswordFile) && !values.IsGiven(Flags.Password))
        {
            problems.Add($"{values.NameOf(Flags.User)} needs password-file, a file whose first line is the password: a fleet asks nobody");
        }

        return new OptionsBinder(values, problems, warnings).Bind(Commands.Defrag, login ?? new LoginBinder(values, problems, warnings, NoPrompt.Instance).Bind);

        GivenFlag Placed(WrittenFlag item) => new(
            item.Flag, item.Flag.IsFile && item.Text.Length > 0 ? Path.Combine(inventory.Folder, item.Text) : item.Text,
            new Place(entry.Place.File, item.Line, item.Column));

        void Add(IEnumerable<GivenFlag> layer)
        {
            var above = given.Count;
            foreach (var item in layer)
            {
                if (given.FindIndex(0, above, other => other.Flag == item.Flag) < 0)
                {
                    given.Add(item);
                }
            }
        }
    }

    /// <summary>The endpoints of an entry that is like one in which nothing was wrong; null: it must be looked at.</summary>
    private List<Endpoint>? EndpointsIfSound(InventoryEntry entry)
    {
        if (entry.IsBroken || !_sound.Contains(entry) || fleet.FromCommandLine.Any(item => item.Flag == Flags.Endpoints))
        {
            return null;
        }

        var texts = new List<string>();
        foreach (var item in entry.Given)
        {
            if (item.Flag == Flags.Endpoints && !GoList.TryParse(item.Text, texts, out _))
            {
                return null;
            }
        }

        var endpoints = new List<Endpoint>(texts.Count);
        foreach (var text in texts)
        {
            if (!Endpoint.TryParse(text, out var endpoint, out _))
            {
                return null;
            }

            endpoints.Add(endpoint);
        }

        return endpoints;
    }

    /// <summary>What every entry must say.</summary>
    private void RequireKeys(InventoryEntry entry, Settings settings, List<string> problems, List<string> warnings)
    {
        if (!settings.EndpointsGiven && settings.Discovery is null)
        {
            problems.Add("it has no endpoints; write endpoints: and a list of URLs, or discovery-srv: and a domain");
        }

        if (settings.Rule is { } rule)
        {
            Judge(rule, problems, warnings);
        }
        else if (settings.Defrag.MinReclaim.Bytes == 0 && !(entry.All ?? inventory.Defaults.All ?? false))
        {
            problems.Add("it says nothing about when a member is worth it, so each run would rewrite every member again; write defrag-rule or min-reclaim, here or in defaults, or all: true");
        }
    }

    private static void Judge(RuleText rule, List<string> problems, List<string> warnings)
    {
        var place = rule.Source[..(rule.Source.LastIndexOf(": ", StringComparison.Ordinal) is > 0 and var at ? at : rule.Source.Length)];
        if (DefragRule.TryParse(rule.Text, out var parsed, out var error) && (error = parsed.Validate()) is null)
        {
            warnings.AddRange(parsed.Warnings().Select(warning => $"{place}: rule, {warning.Render()}"));
            return;
        }

        problems.Add($"{place}: invalid rule in {Flags.DefragRule.Name}, {error.Render()}");
    }

    private static string Called(InventoryEntry entry) => entry.Name.Length > 0 ? $"cluster {Printable.Of(entry.Name)}" : "this cluster";

    private sealed class NoPrompt : IPasswordPrompt
    {
        public static readonly NoPrompt Instance = new();

        public bool IsAvailable => false;

        public int LineLimit => 0;

        public bool TryRead(string question, out string password)
        {
            password = "";
            return false;
        }
    }
}
