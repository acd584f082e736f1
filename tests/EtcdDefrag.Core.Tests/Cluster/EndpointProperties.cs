using EtcdDefrag.Core.Cluster;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdDefrag.Core.Tests.Cluster;

public class EndpointProperties
{
    private static readonly Gen<string> Pieces = Gen.Elements(
        "http://", "https://", "unix:", "unixs://", "//", "/", ":", "[", "]", "::1", "@", "?", "#", "%", ".", "..", "-", "_", "2379", "0", "99999", "host", "10.0.0.1", " ", "\t", "\0", "é", "\ud800");

    [Fact]
    public void No_text_makes_the_reader_throw_and_every_refusal_has_its_reason() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(Texts().ToArbitrary(), text =>
        {
            var good = Endpoint.TryParse(text, out var endpoint, out var problem);
            return good ? endpoint is not null && problem.Length == 0 && (endpoint.IsUnix || endpoint.Port is >= 1 and <= 65535) : endpoint is null && problem.Length > 0;
        }));

    [Fact]
    public void What_was_read_is_read_the_same_again() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(Texts().ToArbitrary(), text =>
            !Endpoint.TryParse(text, out var endpoint, out _) || Endpoint.Parse(endpoint.Text) == endpoint));

    private static Gen<string> Texts() => Gen.OneOf(
        Gen.ListOf(Pieces).Select(string.Concat),
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));
}
