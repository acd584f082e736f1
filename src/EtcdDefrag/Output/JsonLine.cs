using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtcdDefrag.Core.Cluster;
using EtcdDefrag.Core.Offline;
using EtcdDefrag.Core.Planning;
using EtcdDefrag.Core.Safety;

namespace EtcdDefrag.Output;

/// <summary>One JSON object on one line. Field names are etcdctl's where etcdctl has them; ids are numbers, or hexadecimal texts
/// where asked for, as there.</summary>
internal sealed class JsonLine : IDisposable
{
    private readonly MemoryStream _buffer = new();
    private readonly Utf8JsonWriter _json;
    private readonly bool _hex;

    public JsonLine(bool hex)
    {
        _hex = hex;
        // Rules hold < > & and quotes: readable in a terminal, and this is no web page.
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _json.WriteStartObject();
    }

    public string End() => Encoding.UTF8.GetString(EndBytes());

    /// <summary>The object as UTF-8; good until this is disposed of.</summary>
    public ReadOnlySpan<byte> EndBytes()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.GetBuffer().AsSpan(0, (int)_buffer.Length);
    }

    /// <summary>An object that is JSON already.</summary>
    public JsonLine Raw(string name, byte[]? json)
    {
        if (json is not null)
        {
            _json.WritePropertyName(name);
            _json.WriteRawValue(json, skipInputValidation: true);
        }

        return this;
    }

    /// <summary>A share of 1, with four digits.</summary>
    public JsonLine Share(string name, double value)
    {
        _json.WriteNumber(name, Math.Round((decimal)value, 4));
        return this;
    }

    public JsonLine Null(string name)
    {
        _json.WriteNull(name);
        return this;
    }

    public JsonLine Text(string name, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, value);
        }

        return this;
    }

    public JsonLine Number(string name, long? value)
    {
        if (value is { } number)
        {
            _json.WriteNumber(name, number);
        }

        return this;
    }

    public JsonLine Flag(string name, bool? value)
    {
        if (value is { } known)
        {
            _json.WriteBoolean(name, known);
        }

        return this;
    }

    public JsonLine Seconds(string name, TimeSpan? value)
    {
        if (value is { } duration)
        {
            _json.WriteNumber(name, Math.Round((decimal)duration.TotalSeconds, 7));
        }

        return this;
    }

    public JsonLine Id(string name, ulong value)
    {
        if (_hex)
        {
            _json.WriteString(name, new MemberId(value).ToString());
        }
        else
        {
            _json.WriteNumber(name, value);
        }

        return this;
    }

    public JsonLine Target(Target target) => target.Endpoint.IsFile
        ? Text("endpoint", target.Endpoint.Text).Text("file", target.Endpoint.Host)
        : Text("endpoint", target.Endpoint.Text).Id("memberID", target.MemberId.Value);

    /// <summary>What a pass over a database file found.</summary>
    public JsonLine Database(DatabaseCheck? check) => check is null ? this : Object("database", () =>
    {
        Flag("sound", check.IsSound).Text("hash", check.Hash.ToString("x8", CultureInfo.InvariantCulture)).Number("pageSize",
            check.Meta?.PageSize);
        Number("pages", check.Pages.Total).Number("pagesInUse", check.Pages.InUse).Number("keys",
            check.Buckets.Sum(bucket => bucket.Keys));
        Number("revision", check.Etcd?.Revision).Number("compactedRevision", check.Etcd?.CompactedRevision);
        Array("buckets", check.Buckets, bucket => Text("name", bucket.Name).Number("keys", bucket.Keys).Number("bytes",
            bucket.KeyBytes + bucket.ValueBytes));
        Number("errors", check.Errors).Number("warnings", check.Warnings).Number("notices", check.Notices);
        Array("findings", check.Findings, finding => Text("id", finding.Id).Text("severity",
            Camel(finding.Severity.ToString())).Number("page", (long?)finding.Page)
            .Text("bucket", finding.Bucket).Text("key", finding.Key).Text("message", finding.Text).Text("advice",
                finding.Advice));
    });

    public JsonLine Texts(string name, IEnumerable<string> values)
    {
        _json.WriteStartArray(name);
        foreach (var value in values)
        {
            _json.WriteStringValue(value);
        }

        _json.WriteEndArray();
        return this;
    }

    public JsonLine Object(string name, Action content)
    {
        _json.WriteStartObject(name);
        content();
        _json.WriteEndObject();
        return this;
    }

    public JsonLine Array<T>(string name, IEnumerable<T> items, Action<T> content)
    {
        _json.WriteStartArray(name);
        foreach (var item in items)
        {
            _json.WriteStartObject();
            content(item);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        return this;
    }

    public JsonLine Alarms(string name, IEnumerable<Alarm> alarms) =>
        Array(name, alarms, alarm => Id("memberID", alarm.MemberId.Value).Text("alarm", alarm.Name));

    /// <summary>Alarms where there are any: none may also mean that nobody could ask.</summary>
    public JsonLine Some(string name, IReadOnlyList<Alarm> alarms) => alarms.Count == 0 ? this : Alarms(name, alarms);

    public JsonLine Finding(CheckFinding finding) =>
        Text("check", finding.CheckId).Text("severity", Camel(finding.Severity.ToString())).Text("message",
            finding.Message).Text("hint", finding.Hint);

    public JsonLine Quota(Quota? quota) => quota is null ? this : Number("quotaBytes", quota.Size.Bytes).Text("quotaSource",
        Camel(quota.Source.ToString()));

    /// <summary>A status as <c>etcdctl endpoint status -w json</c> has it.</summary>
    public JsonLine Status(string name, MemberStatus? status) => status is null ? this : Object(name, () =>
    {
        Object("header", () => Id("cluster_id", status.ClusterId.Value).Id("member_id", status.MemberId.Value).Number("revision",
            status.Revision).Number("raft_term", (long)status.RaftTerm));
        Text("version", status.Version).Number("dbSize", status.DbSize.Bytes).Id("leader", status.Leader.Value);
        Number("raftIndex", (long)status.RaftIndex).Number("raftTerm", (long)status.RaftTerm).Number("raftAppliedIndex",
            (long)status.RaftAppliedIndex);
        Texts("errors", status.Errors).Number("dbSizeInUse", status.DbSizeInUse.Bytes).Flag("isLearner",
            status.IsLearner).Number("dbSizeQuota", status.DbSizeQuota?.Bytes);
    });

    public void Dispose()
    {
        _json.Dispose();
        _buffer.Dispose();
    }

    public static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
