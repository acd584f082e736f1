using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace EtcdDefrag.Deploy.Tests.Helm;

/// <summary>values.schema.json, by which helm refuses bad values before it renders anything.</summary>
public sealed class ValuesTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Chart.Folder, "values.schema.json"));

    private static readonly JsonSchema Schema = JsonSchema.FromText(Text);

    private static readonly string Defaults = File.ReadAllText(Path.Combine(Chart.Folder, "values.yaml"));

    public static TheoryData<string> Good { get; } =
    [
        "preset: rke2",
        "schedule: '@weekly'",
        "schedule: '*/30 0-4 * * 1,3'",
        "endpoints: ['10.0.0.1:2379', 'https://[::1]:2379', 'http://etcd.etcd.svc:2379']",
        "compaction: true",
        "compaction: null",
        "affinity: {}",
        "tolerations: []",
        "minReclaim: ''",
        "minReclaim: 1.5GiB",
        "minReclaim: 500M",
        "timeouts: { defrag: 60, recovery: 10, run: 240, slack: 30 }",
        "extraArgs: ['--auto-disalarm', '-w=json']",
        "global: { anything: 1 }",
        "fleet: { enabled: true, shards: 8, discovery: { enabled: true, labelSelector: 'a=b' } }",
    ];

    public static TheoryData<string> Bad { get; } =
    [
        "preset: openshift",
        "presets: k3s",
        "fleet: { shards: 0 }",
        "fleet: { maxFailures: 0 }",
        "fleet: { inventories: x }",
        "schedule: 3",
        "schedule: 17 3 * *",
        "schedule: ''",
        "image: { repository: '' }",
        "image: { repository: x, tag: latest }",
        "image: { repository: x, version: 1.0.0 }",
        "image: { repository: x, pullPolicy: never }",
        "startingDeadlineSeconds: 5",
        "successfulJobsHistoryLimit: -1",
        "suspend: 'yes'",
        "endpoints: 'https://10.0.0.1:2379'",
        "endpoints: ['https://10.0.0.1']",
        "endpoints: ['https://10.0.0.1:2379,https://10.0.0.2:2379']",
        "endpoints: ['https://10.0.0.1:2379/v3']",
        "login: { user: 'root:secret' }",
        "login: { password: secret }",
        "tls: { caKey: '' }",
        "minReclaim: 100",
        "minReclaim: a lot",
        "minReclaim: -1MiB",
        "moveLeader: 1",
        "compaction: 'false'",
        "timeouts: { defrag: 10m, recovery: 5, run: 30, slack: 15 }",
        "timeouts: { defrag: 0, recovery: 5, run: 30, slack: 15 }",
        "timeouts: { defrag: 10, recovery: 5, run: 30, slack: 1 }",
        "timeouts: { defrag: 10, recovery: 5, run: 30 }",
        "extraArgs: '--auto-disalarm'",
        "extraArgs: ['auto-disalarm']",
        "extraArgs: ['--password=secret']",
        "tolerations: {}",
        "nodeSelector: { disk: 1 }",
        "networkPolicy: { etcdLabels: {} }",
        "networkPolicy: { enable: true }",
    ];

    [Fact]
    public void The_defaults_are_valid() => Assert.True(IsValid(""));

    [Theory]
    [MemberData(nameof(Good))]
    public void A_good_value_is_valid(string values) => Assert.True(IsValid(values));

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_value_is_refused(string values) => Assert.False(IsValid(values));

    [Fact]
    public void Each_value_of_the_schema_is_there_to_be_seen_in_the_defaults() =>
        Assert.Equal(Names(JsonNode.Parse(Text)!).Where(name => name != "global").Order(), Paths(JsonNode.Parse(Chart.Json(Defaults))!, JsonNode.Parse(Text)!).Order());

    // Over the defaults, as helm sees them: top-level maps are merged, the rest replaced.
    private static bool IsValid(string values)
    {
        var merged = JsonNode.Parse(Chart.Json(Defaults))!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(Chart.Json(values))!.AsObject())
        {
            merged[name] = value?.DeepClone();
        }

        return Schema.Evaluate(JsonSerializer.SerializeToElement(merged)).IsValid;
    }

    private static IEnumerable<string> Names(JsonNode schema, string prefix = "") => schema["properties"]?.AsObject()
        .SelectMany(pair => Names(pair.Value!, $"{prefix}{pair.Key}.").DefaultIfEmpty(prefix + pair.Key)) ?? [];

    private static IEnumerable<string> Paths(JsonNode values, JsonNode schema, string prefix = "") => values.AsObject().SelectMany(pair =>
        pair.Value is JsonObject && schema["properties"]?[pair.Key] is { } inner && inner["properties"] is not null
            ? Paths(pair.Value, inner, $"{prefix}{pair.Key}.")
            : [prefix + pair.Key]);
}
